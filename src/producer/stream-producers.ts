import type { StreamRef } from '../client/kinesis-gateway.js';
import { UnknownStreamError } from '../errors.js';
import type { StreamProducer } from './stream-producer.js';

/** The producers of a module's streams, each created when it is first put to. */
export class StreamProducers<Ref extends StreamRef = StreamRef> {
  private readonly producers = new Map<string, StreamProducer>();

  /**
   * @param refs - the streams the module knows, by name
   * @param create - makes the producer of one of them
   */
  constructor(
    private readonly refs: ReadonlyMap<string, Ref>,
    private readonly create: (stream: Ref) => StreamProducer,
  ) {}

  /** @throws UnknownStreamError */
  get(stream: string): StreamProducer {
    let producer = this.producers.get(stream);
    if (!producer) {
      const ref = this.refs.get(stream);
      if (!ref) throw new UnknownStreamError(stream, [...this.refs.keys()]);
      producer = this.create(ref);
      this.producers.set(stream, producer);
    }
    return producer;
  }

  started(): StreamProducer[] {
    return [...this.producers.values()];
  }

  /**
   * Closes all of them; see {@link StreamProducer.close}.
   *
   * @returns how many records had to be failed
   */
  async close(timeout: number): Promise<number> {
    const left = await Promise.all(this.started().map((producer) => producer.close(timeout)));
    return left.reduce((sum, count) => sum + count, 0);
  }
}
