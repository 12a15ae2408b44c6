import type { Serializer } from './serializer.js';
import { readsText } from './text-reader.js';
import { utf8Of } from './utf8.js';

const LONE_SURROGATE = /\p{Surrogate}/u;

/** Strings, as UTF-8. Anything else is refused, and so is a string that UTF-8 cannot carry. */
export class StringSerializer implements Serializer {
  readonly name: string = 'string';

  serialize(value: unknown): string {
    if (typeof value !== 'string')
      throw new TypeError(`a string was expected, not a value of type ${typeof value}`);
    if (LONE_SURROGATE.test(value)) {
      throw new TypeError('the string holds half of a surrogate pair, which has no form in UTF-8');
    }
    return value;
  }

  deserialize(data: Uint8Array): string {
    return utf8Of(data);
  }
}

readsText(StringSerializer, () => (text) => text);
