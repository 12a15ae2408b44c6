import { FERROKINESIS } from './deviations/ferrokinesis.js';
import { KINESALITE } from './deviations/kinesalite.js';
import { KINESIS_LOCAL } from './deviations/kinesis-local.js';
import { MOTO } from './deviations/moto.js';
import { TOPICS } from './expectations/index.js';

const expectations = TOPICS.flatMap((topic) => topic.expectations);
const behaviours = expectations.map((expectation) => expectation.behaviour);

describe('the suite of expectations', () => {
  test('names each behaviour once', () => {
    expect(behaviours.filter((name, index) => behaviours.indexOf(name) !== index)).toEqual([]);
  });

  test.each(Object.entries({ KINESALITE, KINESIS_LOCAL, FERROKINESIS, MOTO }))(
    'has every behaviour that is listed as a deviation of %s',
    (_name, deviations) => {
      expect(Object.keys(deviations).filter((name) => !behaviours.includes(name))).toEqual([]);
    },
  );

  test('cites AWS for what neither kinesalite nor kinesis-local confirms', () => {
    const unfounded = expectations.filter(
      ({ behaviour, source, virtualTime }) =>
        source === undefined && (virtualTime || (behaviour in KINESALITE && behaviour in KINESIS_LOCAL)),
    );
    expect(unfounded.map((expectation) => expectation.behaviour)).toEqual([]);
  });
});
