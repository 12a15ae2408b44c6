import { Injectable, Scope } from '@nestjs/common';
import { KinesisConsumer } from 'nestjs-kinesis';
import { LocalKinesis } from 'nestjs-kinesis/testing';
import { compileApp, fastOptions, startApp } from '../support/app.js';

let kinesis: LocalKinesis;

beforeAll(async () => {
  kinesis = await LocalKinesis.start({ streams: { orders: {} } });
});

afterAll(() => kinesis.stop());

it.each([Scope.REQUEST, Scope.TRANSIENT])('refuses a handler of scope %s, by name', async (scope) => {
  @Injectable({ scope })
  class ScopedHandler {
    @KinesisConsumer('orders')
    handle(): void {}
  }
  const { app } = await compileApp(fastOptions(kinesis), { providers: [ScopedHandler] });
  await expect(app.init()).rejects.toThrow(/ScopedHandler.handle is a @KinesisConsumer of a request-scoped/);
  await app.close();
});

it('passes over providers that are no class instances', async () => {
  const values = [null, undefined, 42, 'text', Object.create(null) as object, () => 1, new Date()];
  const providers = values.map((useValue, index) => ({ provide: `value ${index}`, useValue }));
  const { app } = await startApp(fastOptions(kinesis), { providers });
  await app.close();
});

it('refuses options of a consumer that cannot work, by name', async () => {
  @Injectable()
  class Handler {
    @KinesisConsumer('orders', { retry: { attempts: 0 } })
    handle(): void {}
  }
  const { app } = await compileApp(fastOptions(kinesis), { providers: [Handler] });
  await expect(app.init()).rejects.toThrow(
    '@KinesisConsumer on Handler.handle.retry: option "attempts" must be a whole number of at least 1, not 0.',
  );
  await app.close();
});

it('refuses the decorator on anything but a method', () => {
  expect(() => KinesisConsumer('orders')({}, 'field', { value: 1 })).toThrow(/belongs on a method/);
});
