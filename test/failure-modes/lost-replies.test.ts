import { recordingHandler } from '../support/scripted-handlers.js';
import { VirtualProcess } from '../support/virtual-process.js';
import { VirtualStream } from '../support/virtual-stream.js';

let stream: VirtualStream;

afterEach(() => stream.close());

it.each(['acquire', 'renew', 'checkpoint', 'create', 'list'] as const)(
  'a write of the lease store that took effect without an answer costs no lease: %s',
  async (operation) => {
    stream = await VirtualStream.create(1);
    const process = new VirtualProcess(stream.clock);
    const handler = recordingHandler();
    const worker = stream.worker([handler], { process });
    process.loseReply(operation);
    worker.start();
    for (let n = 0; n < 30; n++) {
      if (n % 7 === 3) process.loseReply(operation);
      await stream.put([n]);
      await stream.clock.advance(2_000);
    }
    expect(stream.eventsOf('shard-lost')).toEqual([]);
    expect(stream.eventsOf('shard-assigned')).toHaveLength(1);
    expect(handler.seen).toEqual([...Array(30).keys()]);
    const [lease] = await stream.leases();
    expect(lease).toMatchObject({ owner: worker.workerId, checkpoint: { type: 'SEQUENCE' } });
  },
);

it.each(['requestHandOff', 'checkpoint', 'release', 'acquire'] as const)(
  'a hand-off whose %s took effect without an answer is completed, and repeats nothing',
  async (operation) => {
    stream = await VirtualStream.create(2);
    const [first, second] = [new VirtualProcess(stream.clock), new VirtualProcess(stream.clock)];
    const handler = recordingHandler(() => stream.clock.sleep(20));
    const owner = stream.worker([handler], { process: first });
    owner.start();
    await stream.clock.advance(5_000);
    let n = 0;
    const put = async (): Promise<void> => {
      await stream.put([n++], 0);
      await stream.put([n++], 0.9);
      await stream.clock.advance(300);
    };
    for (let i = 0; i < 10; i++) await put();
    (operation === 'checkpoint' || operation === 'release' ? first : second).loseReply(operation);
    const asker = stream.worker([handler], { process: second });
    asker.start();
    for (let i = 0; i < 30; i++) await put();
    await stream.clock.advance(5_000);
    expect(owner.heldShards).toHaveLength(1);
    expect(asker.heldShards).toHaveLength(1);
    expect([...handler.seen].sort((a, b) => Number(a) - Number(b))).toEqual([...Array(n).keys()]);
  },
);
