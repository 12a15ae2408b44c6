import { JavaProgram } from './java-programs.js';
import { noteRecord } from './record-lines.js';
import { unread } from './stored-records.js';
import { until } from './until.js';

/** The programs, by the release of the KCL they are built on. */
export const KCL_2 = 'kcl-2-consumer';
export const KCL_3 = 'kcl-consumer';

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
  /** In the ledger. */
  name;
  #program;

  /**
   * @param name of the log, and of the consumer in the ledger
   * @param retrieval `polling` or `fan-out`
   * @param program {@link KCL_2} or {@link KCL_3}
   * @param clientVersionConfig which protocol a KCL 3.x is to follow; its default is that of 3.x
   * @param handOffDelay milliseconds that its record processors wait when they are asked to stop
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
      program = KCL_3,
      failover = 2_000,
      clientVersionConfig = '',
      handOffDelay = 0,
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
        clientVersionConfig,
        handOffDelay: String(handOffDelay),
      },
      onLine: (line) => this.#note(ledger, line),
    });
    this.name = name;
    this.#program = program;
  }

  #note(ledger, line) {
    const [event, shardId, ...rest] = line.split(' ');
    if (event === 'REC') noteRecord(ledger, this.name, [shardId, ...rest]);
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

  /** Stops it. @returns complaints, unless its record processors have had their last call and have checkpointed */
  async stop() {
    const exit = await this.finish(60_000);
    // The KCL 2.7 goes on waiting for its processors after their last call.
    const hasCheckpointed = this.stopped || (this.#program === KCL_2 && this.unfinished);
    return hasCheckpointed && exit === 0 ? [] : [`the KCL did not stop gracefully (exit ${exit})`];
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
    const complaints = await this.stop();
    const walked = this.started.size === 5 && this.ended.size === 3;
    return [
      ...(walked ? [] : [`shards started: ${[...this.started].join()}; ended: ${[...this.ended].join()}`]),
      ...complaints,
    ];
  }
}
