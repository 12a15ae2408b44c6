import { MovableData } from '../../src/producer/movable-data.js';

const BODY = Buffer.from(`before ${Buffer.from('the data').toString('base64')} behind`);
const [START, END] = [7, BODY.length - 7];

describe('data that move to the body of a request', () => {
  it('are the same when they are taken back, and no part of the body any more', () => {
    const bytes = Buffer.from('the data');
    const data = new MovableData(bytes);
    const body = Buffer.from(BODY);

    data.moved(bytes, body, START, END);
    data.recover();
    body.fill(0);

    expect(data.bytes).not.toBe(bytes);
    expect(Buffer.from(data.bytes).toString()).toBe('the data');
    expect(data.bytes).toBe(data.bytes);
  });

  it('stay where they are when it is others that are in the body', () => {
    const bytes = Buffer.from('the data');
    const data = new MovableData(bytes);

    data.moved(Buffer.from('the data'), BODY, START, END);

    expect(data.bytes).toBe(bytes);
  });
});
