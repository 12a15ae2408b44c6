import { Module } from '@nestjs/common';
import { LedgerModule } from '../ledger/ledger.module.js';
import { TimingModule } from '../timing/timing.module.js';
import { RouteStatistics } from './route-statistics.js';
import { RoutesConsumer } from './routes.consumer.js';
import { RoutesController } from './routes.controller.js';

/** How busy routes are: flights in batches. */
@Module({
  imports: [LedgerModule, TimingModule],
  controllers: [RoutesController],
  providers: [RoutesConsumer, RouteStatistics],
})
export class RoutesModule {}
