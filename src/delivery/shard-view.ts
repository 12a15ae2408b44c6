import type { ShardScope } from './shard-scope.js';

/** What can be known about the shard that records are of. */
export abstract class ShardView {
  /** @internal */
  protected abstract readonly scope: ShardScope;

  /** The stream's name in the module's options. */
  get stream(): string {
    return this.scope.place.stream;
  }

  /** The namespace of the lease under which the records were read. */
  get application(): string {
    return this.scope.place.application;
  }

  get shardId(): string {
    return this.scope.place.shardId;
  }

  /**
   * Grows with every owner of the shard's lease: a store that keeps the highest token it saw, and refuses lower ones,
   * is safe from a worker that lost its lease without knowing.
   */
  get fencingToken(): number {
    return this.scope.fencingToken;
  }
}
