import { enhancerCases, expected } from './cases.js';
import {
  expectedOfEnhancers,
  expectedOfHandler,
  globalCases,
  globalHandlers,
  tally,
} from './global-cases.js';
import type { MatrixRun } from './run.js';

/** A test for every case of the matrix. */
export function describeMatrix(run: () => MatrixRun): void {
  it.each([...enhancerCases()])('$name', (each) => {
    expect(run()[each.name]).toEqual(expected(each));
  });

  describe.each([...globalCases()])('$name', (each) => {
    it.each(globalHandlers(each.name))('$name', (handler) => {
      expect(run()[handler.name]?.events).toEqual(expectedOfHandler(each, handler));
    });

    it('runs each kind as often as it is called for', () => {
      expect(tally(run()[each.name] ?? { events: [], enhancers: 0, hosts: 0 })).toEqual(
        expectedOfEnhancers(each),
      );
    });
  });
}
