import type { UserRecord } from './aggregator.js';

/** An element of a list that was decoded as a whole: its value is there, its bytes are made when they are asked for. */
export class ListedRecord implements UserRecord {
  readonly decoded: { readonly value: unknown };
  private bytes: Uint8Array | undefined;

  constructor(
    value: unknown,
    readonly partitionKey: string,
    private readonly index: number,
    private readonly dataOf: (index: number) => Uint8Array,
  ) {
    this.decoded = { value };
  }

  get data(): Uint8Array {
    return (this.bytes ??= this.dataOf(this.index));
  }
}
