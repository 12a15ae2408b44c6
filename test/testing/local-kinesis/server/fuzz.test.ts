import { cbor } from '@smithy/core/cbor';
import { Agent, type IncomingMessage, request } from 'node:http';
import { LocalKinesis, SeededRandom, ServiceError } from '../../../../src/testing/index.js';
import { mutate, pick } from './mutation.js';
import { sendRaw } from './raw-http.js';
import { validRequests, type WireRequest } from './valid-requests.js';

/** Few here; `npm run fuzz:local-kinesis` sets it to 100 000. `FUZZ_SEED` repeats a run that failed. */
const RUNS = Number(process.env.FUZZ_RUNS ?? 2000);
const SEED = Number(process.env.FUZZ_SEED ?? 1);
const AT_ONCE = 8;

/** No rates, which would keep most requests from being looked at; but mutations must not make shards without end. */
const LIMITS = {
  shardWriteBytesPerSecond: Infinity,
  shardWriteRecordsPerSecond: Infinity,
  shardReadBytesPerSecond: Infinity,
  shardReadCallsPerSecond: Infinity,
  getShardIteratorCallsPerSecond: Infinity,
  describeStreamCallsPerSecond: Infinity,
  describeStreamSummaryCallsPerSecond: Infinity,
  describeLimitsCallsPerSecond: Infinity,
  controlCallsPerSecond: Infinity,
  openShards: 500,
};

let kinesis: LocalKinesis;
let requests: WireRequest[];
let agent: Agent;

beforeAll(async () => {
  kinesis = await LocalKinesis.start({ streams: { orders: { shards: 4 } }, limits: LIMITS, seed: SEED });
  requests = await validRequests(kinesis, 'orders');
  agent = new Agent({ keepAlive: true });
});

afterAll(async () => {
  agent.destroy();
  await kinesis.stop();
});

interface Answer {
  readonly status: number;
  readonly contentType: string | undefined;
  readonly errorType: string | undefined;
  readonly body: Buffer;
}

function send(headers: Record<string, string>, body: Buffer, method = 'POST'): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const outgoing = request(kinesis.endpoint, { method, headers, agent }, (response: IncomingMessage) => {
      if (response.headers['content-type'] === 'application/vnd.amazon.eventstream') {
        // A subscription stays open for minutes.
        response.destroy();
        resolve({ status: 200, contentType: undefined, errorType: undefined, body: Buffer.alloc(0) });
        return;
      }
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          contentType: response.headers['content-type'],
          errorType: response.headers['x-amzn-errortype'] as string | undefined,
          body: Buffer.concat(chunks),
        }),
      );
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

/** What is wrong with an answer, if anything. */
function complaint(answer: Answer): string | undefined {
  if (answer.status === 200) return undefined;
  if (answer.status < 400 || answer.status >= 500)
    return `status ${answer.status}: ${answer.body.toString()}`;
  if (answer.errorType === undefined) return 'no x-amzn-errortype';
  const isCbor = answer.contentType === 'application/x-amz-cbor-1.1';
  const body = (isCbor ? cbor.deserialize(answer.body) : JSON.parse(answer.body.toString())) as Record<
    string,
    unknown
  >;
  return body.__type === answer.errorType && typeof body.message === 'string'
    ? undefined
    : 'no error in the body';
}

/** Makes `runs` attempts, several at once, and names the first that went wrong. */
async function attempt(
  runs: number,
  seed: number,
  once: (random: SeededRandom) => Promise<string | undefined>,
): Promise<void> {
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < runs) {
      const run = next++;
      const wrong = await once(new SeededRandom(seed + run)).catch((error: unknown) => String(error));
      if (wrong !== undefined) throw new Error(`run ${run} of seed ${seed}: ${wrong}`);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}

const headersOf = ({ target, contentType }: WireRequest): Record<string, string> => ({
  'x-amz-target': target,
  'content-type': contentType,
});

describe('the server under random mutations of valid requests', () => {
  const timeout = 30_000 + RUNS * 20;

  it('begins with requests it accepts', async () => {
    const refused: string[] = [];
    for (const valid of requests) {
      const answer = await send(headersOf(valid), valid.body);
      // What JSON has made, split or removed cannot be so again with CBOR.
      const understood = !['SerializationException', 'ValidationException', undefined].includes(
        answer.errorType,
      );
      if (answer.status === 200 || (understood && valid.contentType.includes('cbor'))) continue;
      refused.push(`${valid.target} ${valid.contentType}: ${answer.status} ${answer.body.toString()}`);
    }
    expect(refused).toEqual([]);
  });

  it(
    'answers mutated bodies with 200 or an error of the service',
    async () => {
      await attempt(RUNS, SEED, async (random) => {
        const valid = pick(random, requests);
        const body = mutate(valid.body, random);
        const wrong = complaint(await send(headersOf(valid), body));
        return wrong && `${wrong} for ${valid.target} ${valid.contentType} ${body.toString('base64')}`;
      });
    },
    timeout,
  );

  it(
    'answers bodies under the wrong headers with 200 or an error of the service',
    async () => {
      await attempt(RUNS / 4, SEED + RUNS, async (random) => {
        const [valid, other] = [pick(random, requests), pick(random, requests)];
        const method = pick(random, ['POST', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);
        const wrong = complaint(await send(headersOf(other), mutate(valid.body, random), method));
        return (
          wrong &&
          `${wrong} for ${method} ${other.target} ${other.contentType} ${valid.body.toString('base64')}`
        );
      });
    },
    timeout,
  );

  it(
    'answers mutated bytes of whole requests with 200 or 4xx',
    async () => {
      const port = Number(new URL(kinesis.endpoint).port);
      await attempt(RUNS / 20, SEED + 2 * RUNS, async (random) => {
        const { body, contentType, target } = pick(random, requests);
        const head = `POST / HTTP/1.1\r\nhost: x\r\nconnection: close\r\nx-amz-target: ${target}\r\ncontent-type: ${contentType}\r\ncontent-length: ${body.length}\r\n\r\n`;
        const bytes = mutate(Buffer.concat([Buffer.from(head), body]), random);
        // Enough more bytes that a head or body made longer comes to its end.
        const answer = await sendRaw(
          port,
          Buffer.concat([bytes, Buffer.from('\r\n\r\n'), Buffer.alloc(4000, 0x20)]),
        );
        if (answer === undefined) return `no answer to ${bytes.toString('base64')}`;
        const fine = answer.status === 200 || (answer.status >= 400 && answer.status < 500);
        return fine ? undefined : `status ${answer.status} for ${bytes.toString('base64')}`;
      });
    },
    timeout,
  );

  it('is in good health after all that', async () => {
    await expect(kinesis.execute('DescribeStreamSummary', { StreamName: 'none' })).rejects.toBeInstanceOf(
      ServiceError,
    );
    expect((await fetch(`${kinesis.endpoint}/health`)).status).toBe(200);
  });
});
