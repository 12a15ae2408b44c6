import { JavaProgram } from './java-programs.js';
import { noteRecord } from './record-lines.js';
import { unread } from './stored-records.js';
import { until } from './until.js';

/** The Kinesis Client Library, consuming a stream into a ledger. */
export class Kcl extends JavaProgram {
  started = new Set();
  ended = new Set();
  /** Shards it has been given and has neither ended nor lost. */
  held = new Set();
  /** Whether it has shut down gracefully. */
  stopped = false;
  /** Whether its graceful shutdown took too long, and it was stopped all the same. */
  unfinished = false;

  /**
   * @param retrieval `polling` or `fan-out`
   * @param program whose release of the KCL: `kcl-consumer` or `kcl-2-consumer`
   * @param compatibleWith2x whether a KCL 3.x keeps to the protocol of 2.x
   * @param failover its `failoverTimeMillis`; shorter than its default, so that a split is walked in seconds
   */
  constructor(
    ledger,
    {
      name,
      kinesis,
      dynamodb,
      stream,
      retrieval,
      program = 'kcl-consumer',
      failover = 2_000,
      compatibleWith2x = false,
    },
  ) {
    super(program, 'interop.KclConsumer', {
      name: `${program}-${name}`,
      properties: {
        stream,
        application: stream,
        retrieval,
        dynamodb,
        kinesis: kinesis.endpoint,
        failover: String(failover),
        compatibleWith2x: String(compatibleWith2x),
      },
      onLine: (line) => this.#note(ledger, line),
    });
  }

  #note(ledger, line) {
    const [event, shardId, ...rest] = line.split(' ');
    if (event === 'REC') noteRecord(ledger, this.consumer, [shardId, ...rest]);
    else if (event === 'START') {
      this.started.add(shardId);
      this.held.add(shardId);
    } else if (event === 'END') {
      this.ended.add(shardId);
      this.held.delete(shardId);
    } else if (event === 'LOST') this.held.delete(shardId);
    else if (event === 'STOPPED') this.stopped = true;
    else if (event === 'UNFINISHED') this.unfinished = true;
  }

  /**
   * Waits until it has caught up with a stream that was split once and merged once, and stops it.
   *
   * @param stored what is in the stream
   * @returns complaints
   */
  async catchUp(ledger, stored) {
    const caughtUp = () => unread(ledger, stored).length === 0;
    // What is missing after that is for the judges.
    await until('the KCL to catch up', caughtUp, this).catch(() => undefined);
    await until('the KCL to end the closed shards', () => this.ended.size >= 3, this).catch(() => undefined);
    const exit = await this.finish(60_000);
    const walked = this.started.size === 5 && this.ended.size === 3;
    return [
      ...(walked ? [] : [`shards started: ${[...this.started].join()}; ended: ${[...this.ended].join()}`]),
      ...(this.stopped && exit === 0 ? [] : [`the KCL did not stop gracefully (exit ${exit})`]),
    ];
  }
}
