import { putPayloadUnits, wholePutPayloadUnits } from '../../src/aggregators/index.js';
import { KinesisConfigurationError } from '../../src/errors.js';

describe('PUT payload units', () => {
  it.each([
    [0, 1],
    [1, 1],
    [25 * 1024, 1],
    [25 * 1024 + 1, 2],
    [1024 * 1024, 41],
  ])('%i bytes are billed as %i', (bytes, units) => {
    expect(putPayloadUnits(bytes)).toBe(units);
  });

  it('rounds a bound down to whole units, as async-kinesis does', () => {
    expect(wholePutPayloadUnits(25 * 1024)).toBe(25 * 1024);
    expect(wholePutPayloadUnits(1024 * 1024)).toBe(40 * 25 * 1024);
    expect(wholePutPayloadUnits(51_200)).toBe(51_200);
    for (const bytes of [0, 25 * 1024 - 1, NaN]) {
      expect(() => wholePutPayloadUnits(bytes)).toThrow(KinesisConfigurationError);
    }
  });
});
