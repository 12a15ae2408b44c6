import { Body, Controller, type DynamicModule, Module, Post } from '@nestjs/common';
import {
  KinesisConsumer,
  KinesisContext,
  KinesisCtx,
  KinesisModule,
  type KinesisModuleOptions,
  KinesisPayload,
  KinesisProducer,
  MemoryCheckpointer,
} from 'nestjs-kinesis';

export interface Order {
  readonly customer: string;
  readonly number: number;
}

@Controller('orders')
export class OrdersController {
  readonly handled: { order: Order; shardId: string }[] = [];

  constructor(private readonly producer: KinesisProducer) {}

  @Post()
  async create(@Body() order: Order) {
    return this.producer.send('orders', order, { partitionKey: order.customer });
  }

  @KinesisConsumer('orders')
  onOrder(@KinesisPayload() order: Order, @KinesisCtx() context: KinesisContext): void {
    this.handled.push({ order, shardId: context.shardId });
  }
}

@Module({ controllers: [OrdersController] })
export class OrdersModule {
  static on(client: KinesisModuleOptions['client']): DynamicModule {
    const kinesis = KinesisModule.forRoot({
      application: 'orders',
      client,
      checkpointer: new MemoryCheckpointer(),
      streams: { orders: {} },
      consumer: { sleepTimeNoRecords: 50 },
    });
    return { module: OrdersModule, imports: [kinesis] };
  }
}
