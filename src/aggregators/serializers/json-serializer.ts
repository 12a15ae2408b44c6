import type { Serializer } from './serializer.js';
import { readsText } from './text-reader.js';
import { utf8Of } from './utf8.js';

/** JSON, as UTF-8. What `JSON.stringify` has no form for (`undefined`, functions, symbols) is refused. */
export class JsonSerializer implements Serializer {
  readonly name: string = 'json';

  serialize(value: unknown): string {
    const text = JSON.stringify(value) as string | undefined;
    if (text === undefined) throw new TypeError(`JSON has no form for a value of type ${typeof value}`);
    return text;
  }

  deserialize(data: Uint8Array): unknown {
    return parse(utf8Of(data));
  }
}

function parse(text: string): unknown {
  return JSON.parse(text);
}

readsText(JsonSerializer, () => parse);
