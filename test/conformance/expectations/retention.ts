import {
  DecreaseStreamRetentionPeriodCommand,
  IncreaseStreamRetentionPeriodCommand,
} from '@aws-sdk/client-kinesis';
import { apiReference, type Topic } from '../harness/expectation.js';
import { refusalName } from '../harness/refusal.js';

function increase(StreamName: string, RetentionPeriodHours: number): IncreaseStreamRetentionPeriodCommand {
  return new IncreaseStreamRetentionPeriodCommand({ StreamName, RetentionPeriodHours });
}

function decrease(StreamName: string, RetentionPeriodHours: number): DecreaseStreamRetentionPeriodCommand {
  return new DecreaseStreamRetentionPeriodCommand({ StreamName, RetentionPeriodHours });
}

export const retention: Topic = {
  topic: 'retention period',
  expectations: [
    {
      behaviour: 'the retention period can be increased and decreased again',
      async verify(kinesis) {
        const { name } = await kinesis.stream();
        await kinesis.send(increase(name, 48));
        expect((await kinesis.active(name)).RetentionPeriodHours).toBe(48);
        await kinesis.send(decrease(name, 24));
        expect((await kinesis.active(name)).RetentionPeriodHours).toBe(24);
      },
    },
    {
      behaviour: 'a retention period of a year is possible, and no longer one',
      source: apiReference('IncreaseStreamRetentionPeriod'),
      async verify(kinesis) {
        const { name } = await kinesis.stream();
        await kinesis.send(increase(name, 8760));
        expect((await kinesis.active(name)).RetentionPeriodHours).toBe(8760);
        expect(['InvalidArgumentException', 'ValidationException']).toContain(
          await refusalName(kinesis.send(increase(name, 8761))),
        );
      },
    },
    {
      behaviour: 'an increase to less, or a decrease to more, is refused with InvalidArgumentException',
      async verify(kinesis) {
        const { name } = await kinesis.stream();
        await kinesis.send(increase(name, 48));
        await kinesis.active(name);
        expect(await refusalName(kinesis.send(increase(name, 36)))).toBe('InvalidArgumentException');
        expect(await refusalName(kinesis.send(decrease(name, 72)))).toBe('InvalidArgumentException');
      },
    },
    {
      behaviour: 'less than a day is refused as a client error',
      async verify(kinesis) {
        const { name } = await kinesis.stream();
        expect(['InvalidArgumentException', 'ValidationException']).toContain(
          await refusalName(kinesis.send(decrease(name, 23))),
        );
      },
    },
  ],
};
