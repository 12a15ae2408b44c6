import type { INestApplication } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Order, OrdersController } from './orders.module.js';

const ORDERS = 40;

/** Posts orders to the app, which puts them, and waits until it has handled each. @returns what is to be printed */
export async function roundTrip(app: INestApplication): Promise<string> {
  const url = await app.getUrl();
  for (let number = 0; number < ORDERS; number++) {
    const order: Order = { customer: `customer-${number % 5}`, number };
    const response = await fetch(`${url}/orders`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(order),
    });
    const receipt = (await response.json()) as { shardId?: string; sequenceNumber?: string };
    if (!receipt.shardId || !receipt.sequenceNumber)
      throw new Error(`no receipt: ${JSON.stringify(receipt)}`);
  }
  const { handled } = app.get(OrdersController);
  while (handled.length < ORDERS) await sleep(10);
  const numbers = new Set(handled.map(({ order }) => order.number));
  return `${ORDERS} orders put, ${numbers.size} of them handled in ${handled.length} calls`;
}
