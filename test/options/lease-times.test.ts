import { resolveLeaseTimes } from '../../src/options/lease-times.js';

const store = { name: 'store' };
const unsaid = { sessionTimeout: 15_000, heartbeatFrequency: undefined };

it('leases are renewed as often as the app says, or else the checkpointer, or else every three seconds', () => {
  const slow = { ...store, heartbeatFrequency: 3_333 };
  expect(resolveLeaseTimes({ ...unsaid, heartbeatFrequency: 1_000 }, slow)).toEqual({
    sessionTimeout: 15_000,
    heartbeatFrequency: 1_000,
  });
  expect(resolveLeaseTimes(unsaid, slow)).toMatchObject({ heartbeatFrequency: 3_333 });
  expect(resolveLeaseTimes(unsaid, store)).toMatchObject({ heartbeatFrequency: 3_000 });
});

it('a session lasts three heartbeats at least, whoever says how often they are', () => {
  const refusal = /consumer\.sessionTimeout \(5000\).*three times consumer\.heartbeatFrequency \(2000\)/;
  const session = { sessionTimeout: 5_000, heartbeatFrequency: undefined };
  expect(() => resolveLeaseTimes({ ...session, heartbeatFrequency: 2_000 }, store)).toThrow(refusal);
  expect(() => resolveLeaseTimes(session, { ...store, heartbeatFrequency: 2_000 })).toThrow(refusal);
});

it('a session lasts no longer than others who share the leases wait', () => {
  expect(() => resolveLeaseTimes(unsaid, { ...store, maxSessionTimeout: 14_999 })).toThrow(
    /consumer\.sessionTimeout \(15000\) must be at most 14999 with this checkpointer \(store\)/,
  );
});
