import { AsyncLocalStorage } from 'node:async_hooks';
import { jest } from '@jest/globals';
import { Injectable } from '@nestjs/common';
import { KinesisConsumer } from 'nestjs-kinesis';
import { startCallableApp } from '../support/handler-calls.js';

@Injectable()
class Handler {
  @KinesisConsumer('orders')
  async handle(payload: unknown): Promise<unknown> {
    await new Promise((resolve) => setImmediate(resolve));
    return payload;
  }
}

const run = jest.spyOn(AsyncLocalStorage.prototype, 'run');

/** An `AsyncLocalStorage` in use makes each promise of the process cost more. */
it('calls run in no scope before somebody loads KinesisContextHost, and in one afterwards', async () => {
  const context = { call: 1 };
  const isIn = (): boolean => run.mock.calls.some(([store]) => store === context);
  const { call } = await startCallableApp({ providers: [Handler] });
  await expect(call('before', context)).resolves.toBe('before');
  expect(isIn()).toBe(false);

  await import('nestjs-kinesis/context');
  await expect(call('after', context)).resolves.toBe('after');
  expect(isIn()).toBe(true);
});
