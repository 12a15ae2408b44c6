import { DataReleasedError } from '../../src/errors.js';
import { borrow, LentBuffer, lenderOf, viewOf } from '../../src/runtime/lent-buffer.js';

class Lent extends LentBuffer {
  override takeBack(): boolean {
    return super.takeBack();
  }
}

describe('a buffer that is lent', () => {
  it('is taken back once, and cannot be read or kept afterwards', () => {
    const lent = new Lent();
    lent.use();
    expect([lent.takeBack(), lent.takeBack()]).toEqual([true, false]);
    expect(() => lent.use()).toThrow(DataReleasedError);
    expect(() => lent.keep()).toThrow(DataReleasedError);
  });

  it('is never taken back once somebody keeps it', () => {
    const lent = new Lent();
    lent.keep();
    expect(lent.takeBack()).toBe(false);
    lent.use();
    lent.keep();
  });
});

it('the data of a record that lends nothing are its own for good', () => {
  const record = { data: Buffer.from('abc').subarray(1) };
  expect(borrow(record, (buffer, start, end) => buffer.toString('latin1', start, end))).toBe('bc');
  expect(borrow(record, viewOf)).toEqual(new Uint8Array(record.data));
  lenderOf(record).keep();
});
