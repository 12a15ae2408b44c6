import { Injectable } from '@nestjs/common';
import { KinesisConsumer } from 'nestjs-kinesis';
import { KinesisContextHost } from 'nestjs-kinesis/context';
import { startCallableApp } from '../support/handler-calls.js';

@Injectable()
class Handler {
  @KinesisConsumer('orders')
  async handle(): Promise<unknown> {
    await new Promise((resolve) => setImmediate(resolve));
    return KinesisContextHost.current();
  }
}

it('answers in all that a call does, however long it takes', async () => {
  const { call } = await startCallableApp({ providers: [Handler] });
  const contexts = [{ call: 1 }, { call: 2 }];
  const answers = await Promise.all(contexts.map((context) => call({}, context)));
  expect(answers[0]).toBe(contexts[0]);
  expect(answers[1]).toBe(contexts[1]);
});

it('answers nothing outside of calls', () => {
  expect(KinesisContextHost.current()).toBeUndefined();
});
