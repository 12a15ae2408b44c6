import { Packr } from 'msgpackr';
import type { Serializer } from '../serializers/serializer.js';

/**
 * MessagePack as every language reads it: objects are maps, `undefined` is nil. Integers of 64 bits come back as numbers
 * where these are exact, else as bigints; integers beyond 32 bits are written as doubles, as JavaScript holds them.
 */
export class MsgpackSerializer implements Serializer {
  readonly name: string = 'msgpack';
  private readonly packr = new Packr({
    useRecords: false,
    variableMapSize: true,
    encodeUndefinedAsNil: true,
    // msgpackr documents it, its types leave it out.
    int64AsType: 'auto' as 'number',
  });

  serialize(value: unknown): Uint8Array {
    return this.packr.pack(value);
  }

  deserialize(data: Uint8Array): unknown {
    return this.packr.unpack(data);
  }
}
