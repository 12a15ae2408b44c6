import { format } from '../statistics.js';
import { startLocalKinesis } from './servers.js';
import { createClient, createStream, putRecords, readStream } from './workload.js';

const STEPS = 10;
const RECORDS_PER_STEP = 100_000;

/** Fills one stream with a million records, and returns what that does to speed and memory. */
export async function growToAMillion(): Promise<string[]> {
  const server = await startLocalKinesis();
  const client = createClient(server.endpoint);
  try {
    await createStream(client, 'warm-up');
    await putRecords(client, 'warm-up', (records) => records >= RECORDS_PER_STEP);
    await createStream(client, 'growing');
    const before = server.memory();
    const rates: number[] = [];
    for (let step = 0; step < STEPS; step++) {
      rates.push(await putRecords(client, 'growing', (records) => records >= RECORDS_PER_STEP));
    }
    const perRecord = (server.memory() - before) / (STEPS * RECORDS_PER_STEP);
    const read = await readStream(client, 'growing', STEPS * RECORDS_PER_STEP);
    return [
      `PutRecords while one stream grows to ${format(STEPS * RECORDS_PER_STEP)} records, records/s per ${format(RECORDS_PER_STEP)}:`,
      `${rates.map((rate) => format(rate)).join(', ')}.`,
      `Reading them all: ${format(read)} records/s.`,
      `Resident memory of the server per stored record (200 B of data, a key of about 16): ${format(perRecord)} B.`,
    ];
  } finally {
    client.destroy();
    await server.stop();
  }
}
