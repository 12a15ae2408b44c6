/** What a deserializer makes of text. */
export type TextReader = (text: string) => unknown;

interface Deserializer {
  readonly deserialize: (data: Uint8Array) => unknown;
}

type ReaderOf<T> = (deserializer: T) => TextReader | undefined;

const readers = new WeakMap<Deserializer['deserialize'], ReaderOf<never>>();

/**
 * Says of a class that its `deserialize` makes text of the bytes, and keeps nothing of them: whoever knows what it does with the
 * text need not give it bytes. It is said of the method: a subclass that has another one is asked, and gets bytes.
 *
 * @param readerOf - tells what an instance does with the text; undefined where it has to be given bytes
 */
export function readsText<T extends Deserializer>(
  type: { readonly prototype: T },
  readerOf: ReaderOf<T>,
): void {
  readers.set(type.prototype.deserialize, readerOf);
}

/** What a deserializer makes of text; undefined where it has to be given bytes. */
export function textReaderOf(deserializer: Deserializer): TextReader | undefined {
  return readers.get(deserializer.deserialize)?.(deserializer as never);
}
