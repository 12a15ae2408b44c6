import { Module } from '@nestjs/common';
import { LedgerModule } from '../ledger/ledger.module.js';
import { TimingModule } from '../timing/timing.module.js';
import { AirportsController } from './airports.controller.js';
import { DelayStatistics } from './delay-statistics.js';
import { DelaysConsumer } from './delays.consumer.js';

/** How late flights are, by airport: one flight at a time. */
@Module({
  imports: [LedgerModule, TimingModule],
  controllers: [AirportsController],
  providers: [DelaysConsumer, DelayStatistics],
})
export class DelaysModule {}
