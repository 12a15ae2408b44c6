import fc from 'fast-check';
import { Deque } from '../../src/runtime/deque.js';

type Operation = 'push' | 'unshift' | 'shift' | 'peek';

describe('a deque', () => {
  it('behaves like an array, whatever is done to it', () => {
    const operation = fc.oneof(
      { weight: 4, arbitrary: fc.constant<Operation>('push') },
      { weight: 4, arbitrary: fc.constant<Operation>('shift') },
      { weight: 2, arbitrary: fc.constant<Operation>('unshift') },
      { weight: 1, arbitrary: fc.constant<Operation>('peek') },
    );
    // Each is done several times over, so that the deque grows past where it drops its dead half, and back.
    const steps = fc.array(fc.tuple(operation, fc.integer({ min: 1, max: 120 })), { maxLength: 40 });
    fc.assert(
      fc.property(steps, (script) => {
        const deque = new Deque<number>();
        const model: number[] = [];
        let item = 0;
        for (const [name, times] of script) {
          for (let i = 0; i < times; i++) {
            if (name === 'push') deque.push(model[model.push(++item) - 1] as number);
            else if (name === 'unshift') {
              deque.unshift(++item);
              model.unshift(item);
            } else if (name === 'shift') expect(deque.shift()).toBe(model.shift());
            else expect(deque.peek()).toBe(model[0]);
          }
          expect(deque.length).toBe(model.length);
          expect([...deque]).toEqual(model);
        }
      }),
      { numRuns: 200 },
    );
  });

  it('has nothing to give when empty, and takes items afterwards', () => {
    const deque = new Deque<string>();

    expect([deque.shift(), deque.peek(), deque.length]).toEqual([undefined, undefined, 0]);
    deque.unshift('a');
    expect([deque.shift(), deque.shift(), deque.length]).toEqual(['a', undefined, 0]);
  });
});
