import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import {
  createServer as createHttp2Server,
  createSecureServer,
  type Http2ServerRequest,
  type Http2ServerResponse,
} from 'node:http2';
import { type AddressInfo, type Server } from 'node:net';
import { once } from 'node:events';

/** A server process that answers the same every time; prints its ports when it is ready. */

/** Milliseconds until it answers what puts records, or `never`. */
const PUTS_ANSWERED_AFTER = process.argv[2] ?? '0';

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

function answer(
  request: IncomingMessage | Http2ServerRequest,
  response: ServerResponse | Http2ServerResponse,
): void {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const operation = String(request.headers['x-amz-target']).split('.').at(-1) ?? '';
    const text = answerTo(operation, Buffer.concat(chunks));
    response.setHeader('content-type', 'application/x-amz-json-1.1');
    response.setHeader('x-amzn-requestid', '00000000-0000-0000-0000-000000000000');
    response.setHeader('content-length', Buffer.byteLength(text));
    if (!operation.startsWith('Put') || PUTS_ANSWERED_AFTER === '0') response.end(text);
    else if (PUTS_ANSWERED_AFTER !== 'never')
      setTimeout(() => response.end(text), Number(PUTS_ANSWERED_AFTER));
  });
}

async function listen(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

const { BENCH_CERT: cert, BENCH_KEY: key } = process.env;
if (cert === undefined || key === undefined) throw new Error('the canned server needs a certificate');
const ports = {
  http1: await listen(createServer({ keepAliveTimeout: 600_000 }, answer)),
  http2: await listen(createHttp2Server(answer)),
  tls: await listen(createSecureServer({ cert, key, allowHTTP1: true }, answer)),
};
process.send?.(ports);
