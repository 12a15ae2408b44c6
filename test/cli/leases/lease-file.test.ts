import { filedLease, parseLeaseFile, serializeLeaseFile } from '../../../src/cli/leases/lease-file.js';

const LEASE = filedLease(
  { application: 'billing', streamName: 'orders' },
  {
    shardId: 'shardId-000000000001',
    parentShardIds: ['shardId-000000000000'],
    checkpoint: { type: 'SEQUENCE', sequenceNumber: '495903382714902566', subSequenceNumber: 3 },
    streamCreatedAt: 1_767_225_600_000,
  },
);
const [HEADER = '', LINE = ''] = serializeLeaseFile([LEASE]).split('\n');

describe('a file of leases', () => {
  it('says what it is, and holds one lease in a line', () => {
    expect(JSON.parse(HEADER)).toEqual({ format: 'nestjs-kinesis leases', version: 1 });
    expect(JSON.parse(LINE)).toEqual({
      application: 'billing',
      stream: 'orders',
      shardId: 'shardId-000000000001',
      checkpoint: { type: 'SEQUENCE', sequenceNumber: '495903382714902566', subSequenceNumber: 3 },
      parentShardIds: ['shardId-000000000000'],
      streamCreatedAt: 1_767_225_600_000,
    });
  });

  it('gives back what was put in, also of files put together', () => {
    expect(parseLeaseFile(serializeLeaseFile([LEASE]))).toEqual([LEASE]);
    const other = { ...LEASE, shardId: 'shardId-000000000002' };
    const lines = [HEADER, LINE, '', HEADER, JSON.stringify(other), ''];
    expect(parseLeaseFile(lines.join('\r\n'))).toEqual([LEASE, other]);
  });

  it('has nothing of what else somebody put into a lease', () => {
    const line = JSON.stringify({ ...LEASE, owner: 'worker', counter: 'many', note: 'mine' });

    expect(parseLeaseFile(`${HEADER}\n${line}`)).toEqual([LEASE]);
  });

  it.each([
    ['', 'line 1 is no JSON'],
    ['{}', 'it is no file of leases'],
    ['{"format":"nestjs-kinesis leases","version":2}', 'version 2'],
    [`${HEADER}\nx`, 'line 2 is no JSON'],
    [`${HEADER}\n${LINE}\n{}`, 'line 3 is no lease'],
    [`${HEADER}\n${LINE}\n\n${LINE.replace('902566', '902567')}`, 'lines 2 and 4 are both of shardId-'],
    [`${HEADER}\n${LINE.replace('"subSequenceNumber":3', '"subSequenceNumber":"3"')}`, 'line 2 is no lease'],
    [`${HEADER}\n${LINE.replace('SEQUENCE', 'SOMEWHERE')}`, 'line 2 is no lease'],
    [`${HEADER}\n${LINE.replace('495903382714902566', 'x')}`, 'line 2 is no lease'],
  ])('is refused when it is %j', (text, reason) => {
    expect(() => parseLeaseFile(text)).toThrow(reason);
  });
});
