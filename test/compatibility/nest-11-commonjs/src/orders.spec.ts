import type { INestApplication } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { LocalKinesis } from 'nestjs-kinesis/testing';
import { OrdersModule } from './orders.module';
import { roundTrip } from './round-trip';

let kinesis: LocalKinesis;
let app: INestApplication;

beforeEach(async () => {
  kinesis = await LocalKinesis.start({ streams: { orders: { shards: 2 } } });
  const module = await Test.createTestingModule({
    imports: [OrdersModule.on(kinesis.clientConfig)],
  }).compile();
  app = module.createNestApplication({ logger: false });
  await app.listen(0, '127.0.0.1');
});

afterEach(async () => {
  await app.close();
  await kinesis.stop();
});

it('handles every order it has put', async () => {
  expect(await roundTrip(app)).toBe('40 orders put, 40 of them handled in 40 calls');
});

it('loads the package as CommonJS', () => {
  expect(require.resolve('nestjs-kinesis')).toMatch(/dist.cjs.index\.js$/);
});
