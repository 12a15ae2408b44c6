import type { PutRecordsRequestEntry } from '@aws-sdk/client-kinesis';
import type { PutEntry } from './kinesis-gateway.js';

/**
 * An entry as the SDK takes it, that does not keep its data besides: who owns them may let go of them while the request is
 * under way. To middlewares of the app it is as any other: `Data` is a property of its own, can be copied, and can be set.
 */
export class LateEntry implements PutRecordsRequestEntry {
  declare Data: Uint8Array;
  declare ExplicitHashKey?: string;
  PartitionKey: string;
  readonly #owner: PutEntry;

  constructor(owner: PutEntry) {
    const { partitionKey, explicitHashKey } = owner;
    this.#owner = owner;
    this.PartitionKey = partitionKey;
    if (explicitHashKey !== undefined) this.ExplicitHashKey = explicitHashKey;
    Object.defineProperty(this, 'Data', LateEntry.#data);
  }

  /** One for all, so that all are of one shape to the engine. */
  static readonly #data: PropertyDescriptor & ThisType<LateEntry> = {
    enumerable: true,
    configurable: true,
    get() {
      return this.#owner.data;
    },
    set(value: Uint8Array) {
      Object.defineProperty(this, 'Data', { value, enumerable: true, configurable: true, writable: true });
    },
  };
}
