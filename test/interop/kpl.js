import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { URL } from 'node:url';
import { cacheFolder } from '../toolbox/cache-folder.js';
import { JavaProgram } from './java-programs.js';
import { toBase64 } from './workload.js';

/** The Kinesis Producer Library, putting a ledger's user records. */
export class Kpl extends JavaProgram {
  /** Whether it has told the outcome of every record. */
  done = false;

  constructor(ledger, { name, kinesis, stream, perSecond }) {
    const records = join(cacheFolder('interop', 'records'), `${name}.txt`);
    writeFileSync(records, ledger.sent.map(lineOf).join(''));
    // Its daemon speaks nothing but TLS.
    const { hostname: host, port } = new URL(kinesis.tlsEndpoint);
    const temp = cacheFolder('interop', 'kpl');
    super('kpl-producer', 'interop.KplProducer', {
      name: `kpl-producer-${name}`,
      properties: { stream, host, port, records, perSecond, temp },
      onLine: (line) => this.#note(ledger, line),
    });
  }

  #note(ledger, line) {
    const [event, number, ...rest] = line.split(' ');
    if (event === 'ACK') ledger.acknowledge(Number(number), { shardId: rest[0], sequenceNumber: rest[1] });
    else if (event === 'FAIL') ledger.fail(Number(number), rest.join(' '));
    else if (event === 'DONE') this.done = true;
  }
}

function lineOf({ partitionKey, explicitHashKey = '-', data }) {
  return `${toBase64(partitionKey)} ${explicitHashKey} ${toBase64(data)}\n`;
}
