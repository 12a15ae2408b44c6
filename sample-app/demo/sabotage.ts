import {
  type KinesisClient,
  PutRecordsCommand,
  type PutRecordsCommandInput,
  type PutRecordsCommandOutput,
  type PutRecordsRequestEntry,
} from '@aws-sdk/client-kinesis';

export const SABOTAGES = ['lose', 'duplicate', 'swap'] as const;
export type SabotageKind = (typeof SABOTAGES)[number];

type PutRecords = (input: PutRecordsCommandInput) => Promise<PutRecordsCommandOutput>;

/** Requests to let pass before doing harm. */
const HARMLESS_REQUESTS = 5;

/**
 * Does harm to one flight between the producer and Kinesis, where neither the app nor the library can see it: the
 * demo's ledger has to.
 */
export function sabotage(client: KinesisClient, streamName: string, kind: SabotageKind): void {
  const harm = { lose, duplicate, swap }[kind]();
  let requests = 0;
  client.middlewareStack.add(
    (next, context) => async (args) => {
      const { commandName } = context;
      const input = args.input as PutRecordsCommandInput;
      if (commandName !== PutRecordsCommand.name || input.StreamName !== streamName) return next(args);
      if (++requests <= HARMLESS_REQUESTS) return next(args);
      let metadata: unknown;
      const put: PutRecords = async (changed) => {
        const result = await next({ ...args, input: changed });
        metadata = result;
        return result.output as PutRecordsCommandOutput;
      };
      const output = await harm(input, put);
      return { ...(metadata as Awaited<ReturnType<typeof next>>), output };
    },
    { step: 'initialize', name: 'sabotage' },
  );
}

type Harm = (input: PutRecordsCommandInput, put: PutRecords) => Promise<PutRecordsCommandOutput>;

/** Acknowledges a record that it never passes on. */
function lose(): Harm {
  let done = false;
  return async (input, put) => {
    const [victim, ...others] = input.Records ?? [];
    if (done || !victim || others.length === 0) return put(input);
    done = true;
    return withFakeReceipt(await put({ ...input, Records: others }));
  };
}

/** Passes a record on twice. */
function duplicate(): Harm {
  let done = false;
  return async (input, put) => {
    const [victim, ...others] = input.Records ?? [];
    if (done || !victim) return put(input);
    const output = await put({ ...input, Records: [...(input.Records ?? []), victim] });
    done = true;
    return { ...output, Records: output.Records?.slice(0, others.length + 1) };
  };
}

/** Holds a record back until the next of its key has been passed on. */
function swap(): Harm {
  let held: PutRecordsRequestEntry | undefined;
  let done = false;
  return async (input, put) => {
    const [first, ...others] = input.Records ?? [];
    if (done || !first) return put(input);
    if (!held && others.length > 0) {
      held = first;
      return withFakeReceipt(await put({ ...input, Records: others }));
    }
    const victim = held;
    const output = await put(input);
    const overtaken = input.Records?.some((record) => record.PartitionKey === victim?.PartitionKey);
    if (victim && overtaken) {
      done = true;
      await put({ ...input, Records: [victim] });
    }
    return output;
  };
}

function withFakeReceipt(output: PutRecordsCommandOutput): PutRecordsCommandOutput {
  const receipt = { SequenceNumber: '0', ShardId: output.Records?.[0]?.ShardId ?? 'shardId-000000000000' };
  return { ...output, Records: [receipt, ...(output.Records ?? [])] };
}
