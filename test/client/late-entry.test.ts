import { LateEntry } from '../../src/client/late-entry.js';

describe('an entry whose data are asked for when they are needed', () => {
  it('is to others as one that has them', () => {
    const entry = new LateEntry({ data: Buffer.from('x'), partitionKey: 'key', explicitHashKey: '7' });

    const plain = { Data: Buffer.from('x'), PartitionKey: 'key', ExplicitHashKey: '7' };
    expect({ ...entry }).toEqual(plain);
    expect(Object.keys(entry).sort()).toEqual(Object.keys(plain).sort());
    expect('ExplicitHashKey' in new LateEntry({ data: Buffer.from('x'), partitionKey: 'key' })).toBe(false);
  });

  it('has the data that its owner has at that time', () => {
    const owner = { data: Buffer.from('first'), partitionKey: 'key' };
    const entry = new LateEntry(owner);

    owner.data = Buffer.from('second');

    expect(Buffer.from(entry.Data).toString()).toBe('second');
  });

  it('can be given others, which are its own alone', () => {
    const owner = { data: Buffer.from('x'), partitionKey: 'key' };
    const [entry, other] = [new LateEntry(owner), new LateEntry(owner)];

    entry.Data = Buffer.from('encrypted');

    expect(Buffer.from(entry.Data).toString()).toBe('encrypted');
    expect(Buffer.from(other.Data).toString()).toBe('x');
    expect(owner.data.toString()).toBe('x');
  });
});
