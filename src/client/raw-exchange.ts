import { Readable } from 'node:stream';
import type { BodyPool } from './body-pool.js';
import { ByteSlab } from '../runtime/byte-slab.js';
import type { GetRecordsCommand, KinesisClient, PutRecordsCommand } from '@aws-sdk/client-kinesis';

/**
 * Bodies of our own between the SDK's middlewares: they see each input and output as they always do, and may change
 * them; headers, endpoint, signature, retries and errors stay the SDK's. So that this works with any client that an app
 * passes, and with any version of the SDK, it is done with the middlewares of each command.
 */

const EMPTY = new Uint8Array();

/** Bytes of the largest answer there is: 10 MB of records, and keys, in base64. */
const MAX_ANNOUNCED = 20 * 1024 * 1024;

interface Response {
  readonly statusCode: number;
  readonly headers?: Readonly<Record<string, string | undefined>>;
  body: unknown;
}

type PutRecordsInput = PutRecordsCommand['input'];

/**
 * Whether the client sends JSON, which is what {@link sendBody} makes of it: any does whose app has not set another
 * `protocol`. SDKs of 2024 have no such setting, and what only stands in for a client has no configuration.
 */
export function speaksJson({ config }: Partial<Pick<KinesisClient, 'config'>>): boolean {
  const { protocol } = (config ?? {}) as { protocol?: { getShapeId?: () => string } };
  return protocol === undefined || protocol.getShapeId?.() === 'aws.protocols#awsJson1_1';
}

/**
 * Makes `command` send what `encode` makes of its input, and spares the SDK serializing the records. Where `encode`
 * returns undefined that is left to the SDK.
 */
export function sendBody(
  command: PutRecordsCommand,
  encode: (input: PutRecordsInput) => Buffer | undefined,
): void {
  const { middlewareStack } = command;
  middlewareStack.add(
    (next) => (args) => {
      const { input } = args;
      const body = encode(input);
      const encoded = { ...args, input: { ...input, Records: [] }, body };
      return next(body ? encoded : args);
    },
    { step: 'serialize', name: 'encodeBody', priority: 'high' },
  );
  middlewareStack.add(
    (next) => (args) => {
      const { body } = args as { body?: Buffer };
      if (body) Object.assign(args.request as object, { body });
      return next(args);
    },
    { step: 'build', name: 'sendBody', priority: 'high' },
  );
}

/**
 * Makes `command` have the output that `read` makes of the answer, if that is no error. What `read` cannot make sense
 * of (it throws, or returns undefined) the SDK reads, or says what is wrong with it.
 *
 * @param bodies - what the body is put into
 */
export function readAnswer<Command extends PutRecordsCommand | GetRecordsCommand>(
  command: Command,
  read: (body: Buffer) => object | undefined | Promise<object | undefined>,
  bodies?: BodyPool,
): void {
  const answers = new WeakMap<object, object>();
  // To the compiler the stacks of two commands have no call in common.
  const { middlewareStack } = command as PutRecordsCommand;
  middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      const response = result.response as Response;
      if (response.statusCode !== 200 || !(response.body instanceof Readable)) return result;
      const body = await collect(response.body, Number(response.headers?.['content-length']), bodies);
      const answer = await attempt(read, body);
      if (answer) answers.set(response, answer);
      response.body = answer ? EMPTY : body;
      return result;
    },
    { step: 'deserialize', name: 'readAnswer', priority: 'low' },
  );
  middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      const answer = answers.get(result.response as object);
      if (answer) result.output = Object.assign(answer, result.output);
      return result;
    },
    { step: 'deserialize', name: 'giveAnswer', priority: 'high' },
  );
}

async function attempt<T>(read: (body: Buffer) => T | Promise<T>, body: Buffer): Promise<T | undefined> {
  try {
    return await read(body);
  } catch {
    return undefined;
  }
}

/**
 * Reads a body. Where its length is announced each piece is put in its place as it comes, and is garbage at once: pieces that
 * waited for the last one would outlive collections of young garbage, and make the engine look through the whole heap.
 */
function collect(body: Readable, announced: number, bodies: BodyPool | undefined): Promise<Buffer> {
  const isUsable = announced > 0 && announced <= MAX_ANNOUNCED;
  const whole = new ByteSlab(isUsable ? (bodies?.take(announced) ?? announced) : undefined);
  return new Promise((resolve, reject) => {
    body
      .on('data', (chunk: Buffer) => {
        whole.reserve(chunk.length);
        whole.bytes(chunk);
      })
      .once('end', () => resolve(whole.buffer.subarray(0, whole.length)))
      .once('error', reject);
  });
}
