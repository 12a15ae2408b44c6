import { GetRecordsCommand, PutRecordCommand } from '@aws-sdk/client-kinesis';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LocalKinesis } from '../../../src/testing/index.js';

let folder: string;
let persist: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'local-kinesis-'));
  persist = join(folder, 'state.json');
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

describe('a local Kinesis that keeps its state in a file', () => {
  it('has its streams, shards and records again after a restart', async () => {
    const streams = { orders: { shards: 2 } };
    const put = (data: string): PutRecordCommand =>
      new PutRecordCommand({ StreamName: 'orders', PartitionKey: data, Data: Buffer.from(data) });

    const before = await LocalKinesis.start({ persist, streams });
    await before.client().send(put('one'));
    await before.split('orders');
    const { ShardIterator } = await before.execute('GetShardIterator', {
      StreamName: 'orders',
      ShardId: before.records('orders')[0]?.shardId,
      ShardIteratorType: 'TRIM_HORIZON',
    });
    const records = before.records('orders');
    await before.stop();

    const after = await LocalKinesis.start({ persist, streams });
    expect(after.records('orders')).toEqual(records);
    const read = await after.client().send(new GetRecordsCommand({ ShardIterator: ShardIterator as string }));
    expect(Buffer.from(read.Records?.[0]?.Data ?? []).toString()).toBe('one');
    await after.client().send(put('two'));
    expect(after.records('orders')).toHaveLength(2);
    await after.stop();

    expect(await readdir(folder)).toEqual(['state.json']);
  });

  it('refuses a file that holds something else, and leaves it alone', async () => {
    for (const content of ['', '{"version":1', '[]', '{"version":0,"streams":[]}']) {
      await writeFile(persist, content);

      await expect(LocalKinesis.start({ persist })).rejects.toThrow('does not hold a saved local Kinesis');

      expect(await readFile(persist, 'utf8')).toBe(content);
    }
  });

  it('does not start where it could not write at the end', async () => {
    const start = LocalKinesis.start({ persist: join(folder, 'missing', 'state.json') });

    await expect(start).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('says so when the file cannot be written all the same', async () => {
    const persist = join(folder, 'state.json');
    const kinesis = await LocalKinesis.start({ persist });
    await mkdir(persist);

    await expect(kinesis.stop()).rejects.toMatchObject({ code: 'EISDIR' });
  });
});
