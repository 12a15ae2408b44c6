import type { DeadLetterSink } from '../../../src/delivery/dead-letters/dead-letter-sink.js';
import type { RecordPlace } from '../../../src/observability/kinesis-event.js';
import type { Coverage } from '../coverage.js';
import type { RecordLedger } from '../ledger/record-ledger.js';
import type { Connection } from './connection.js';

type Place = Pick<RecordPlace, 'shardId' | 'sequenceNumber' | 'subSequenceNumber'>;

/** Where the dead letters of all workers go. What lies here is settled: nobody needs to handle it any more. */
export class DeadLetterBox {
  private readonly places = new Set<string>();

  constructor(
    private readonly records: RecordLedger,
    private readonly coverage: Coverage,
  ) {}

  has(place: Place): boolean {
    return this.places.has(nameOf(place));
  }

  /** A worker's own way to the box. */
  connect(connection: Connection): DeadLetterSink {
    return {
      name: 'simulated',
      send: (letters, signal) => connection.call('send', () => Promise.resolve(this.store(letters)), signal),
    };
  }

  private store(letters: readonly Place[]): void {
    for (const letter of letters) {
      this.places.add(nameOf(letter));
      this.records.settleAt(letter);
      this.coverage.add('dead letter');
    }
  }
}

function nameOf({ shardId, sequenceNumber, subSequenceNumber }: Place): string {
  return `${shardId}/${sequenceNumber}/${subSequenceNumber}`;
}
