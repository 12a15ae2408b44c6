import { join } from 'node:path';
import process from 'node:process';
import { Program } from './program.js';
import { noteRecord } from './record-lines.js';

/** A worker of ours in a process of its own, consuming a stream into a ledger. */
export class OurWorker extends Program {
  /** In the ledger. */
  name;

  /**
   * @param name of the log, and of the consumer in the ledger
   * @param table of the leases, which is also the name of the stream and the application
   * @param consumer options of our consumer
   * @param checkpointer options of our checkpointer
   */
  constructor(ledger, { name, kinesis, dynamodb, table, consumer, ...checkpointer }) {
    const { clientConfig } = kinesis;
    const settings = { dynamodb, table, kinesis: { clientConfig }, consumer, ...checkpointer };
    super(process.execPath, [join(import.meta.dirname, 'our-worker.js'), JSON.stringify(settings)], {
      name: `ours-${name}`,
      onLine: (line) => {
        const [event, ...words] = line.split(' ');
        if (event === 'REC') noteRecord(ledger, name, words);
      },
    });
    this.name = name;
  }
}
