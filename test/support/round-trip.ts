import { Injectable } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { KinesisConsumer, KinesisProducer } from 'nestjs-kinesis';
import { eventually } from './eventually.js';

@Injectable()
export class OrdersHandler {
  readonly seen: unknown[] = [];

  @KinesisConsumer('orders')
  onOrder(order: unknown): void {
    this.seen.push(order);
  }
}

/** Puts an order through an app with these modules, and gives what its handler then saw of it. */
export async function roundTrip(imports: unknown[]): Promise<unknown[]> {
  const module = await Test.createTestingModule({
    imports: imports as never,
    providers: [OrdersHandler],
  }).compile();
  module.useLogger(false);
  await module.init();
  const order = { id: Math.floor(performance.now() * 1000) };
  await module.get(KinesisProducer).send('orders', order);
  const { seen } = module.get(OrdersHandler);
  const isOurs = (item: unknown): boolean => (item as { id: number }).id === order.id;
  await eventually(() => seen.some(isOurs), 'the order handled');
  await module.close();
  return seen.filter(isOurs);
}
