import type { KinesisGateway } from '../../client/kinesis-gateway.js';
import type { StreamTarget } from '../../client/usable-stream.js';
import { KinesisConfigurationError } from '../../errors.js';
import type { Clock } from '../../runtime/clock.js';
import type { Random } from '../../runtime/random.js';
import type { DeadLetterSink } from './dead-letter-sink.js';
import { KinesisDeadLetterSink } from './kinesis-dead-letter-sink.js';

/** A stream of the module that takes dead letters. */
export interface DeadLetterStream {
  /** Its name in the option `streams`. */
  readonly stream: string;
}

/** What the option `deadLetterSink` may be. */
export type DeadLetterSinkOption = DeadLetterSink | DeadLetterStream;

/** What a stream of dead letters needs of the module. */
export interface DeadLetterSinkSurroundings {
  readonly options: { readonly streams: ReadonlyMap<string, StreamTarget> };
  readonly gateway: KinesisGateway;
  readonly clock: Clock;
  readonly random: Random;
}

/** @throws KinesisConfigurationError when it names no stream of the module */
export function createDeadLetterSink(
  option: DeadLetterSinkOption,
  { options: { streams }, gateway, clock, random }: DeadLetterSinkSurroundings,
): DeadLetterSink {
  if ('send' in option) return option;
  const stream = streams.get(option.stream);
  if (!stream) {
    throw new KinesisConfigurationError(
      `deadLetterSink.stream: "${option.stream}" is none of the module's streams (${[...streams.keys()].join(', ')}). ` +
        'Add it to "streams".',
    );
  }
  const same = [...streams.values()].filter((other) => isSame(other, stream));
  const refusedStreams = new Set(same.map(({ name }) => name));
  return new KinesisDeadLetterSink({ gateway, clock, random, stream, refusedStreams });
}

function isSame(one: StreamTarget, other: StreamTarget): boolean {
  return one.streamName === other.streamName && one.streamArn === other.streamArn;
}
