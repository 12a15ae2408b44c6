import { setTimeout as delay } from 'node:timers/promises';
import { listen } from '../contest/listen.js';

/** A server process that answers the same every time. */

/** Milliseconds until it answers what puts records, or `never`; at once where nothing is said. */
const [PUTS_ANSWERED_AFTER = '0'] = process.argv.slice(2);

const RECEIPT = {
  SequenceNumber: '49590338271490256608559692538361571095921575989136588898',
  ShardId: 'shardId-000000000000',
};
const SHARDS = {
  Shards: [
    {
      ShardId: RECEIPT.ShardId,
      HashKeyRange: { StartingHashKey: '0', EndingHashKey: '340282366920938463463374607431768211455' },
      SequenceNumberRange: {
        StartingSequenceNumber: '49590338271490256608559692538361571095921575989136588800',
      },
    },
  ],
};
const SUMMARY = {
  StreamDescriptionSummary: {
    StreamName: 'bench',
    StreamARN: 'arn:aws:kinesis:us-east-1:000000000000:stream/bench',
    StreamStatus: 'ACTIVE',
    RetentionPeriodHours: 24,
    StreamCreationTimestamp: 1_763_884_800,
    EnhancedMonitoring: [],
    OpenShardCount: 1,
  },
};

const manyReceipts = new Map<number, string>();

function answerTo(operation: string, body: Buffer): string {
  if (operation === 'PutRecord') return JSON.stringify(RECEIPT);
  if (operation === 'PutRecords') return receipts(count(body, '"PartitionKey"'));
  if (operation === 'ListShards') return JSON.stringify(SHARDS);
  return JSON.stringify(SUMMARY);
}

function receipts(records: number): string {
  let text = manyReceipts.get(records);
  if (text === undefined) {
    const Records = Array.from({ length: records }, () => RECEIPT);
    text = JSON.stringify({ FailedRecordCount: 0, Records });
    manyReceipts.set(records, text);
  }
  return text;
}

/** How often a text occurs that no base64 has in it. */
function count(body: Buffer, text: string): number {
  let found = 0;
  for (let at = body.indexOf(text); at >= 0; at = body.indexOf(text, at + text.length)) found++;
  return found;
}

/** Those that put wait, where they are to. */
async function answerLate(operation: string, body: Buffer): Promise<string> {
  if (!operation.startsWith('Put')) return answerTo(operation, body);
  if (PUTS_ANSWERED_AFTER === 'never') return new Promise(() => undefined);
  await delay(Number(PUTS_ANSWERED_AFTER));
  return answerTo(operation, body);
}

await listen(PUTS_ANSWERED_AFTER === '0' ? answerTo : answerLate);
