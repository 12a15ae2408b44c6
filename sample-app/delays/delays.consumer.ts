import { Inject, Injectable, UseInterceptors } from '@nestjs/common';
import { KinesisConsumer, KinesisPayload } from 'nestjs-kinesis';
import type { Flight } from '../flights/flight.js';
import { FlightSchema } from '../flights/flight.schema.js';
import { Ledger } from '../ledger/ledger.js';
import { SAMPLE_CONFIG, type SampleConfig } from '../sample-config.js';
import { TimingInterceptor } from '../timing/timing.interceptor.js';
import { DelayStatistics } from './delay-statistics.js';

@Injectable()
@UseInterceptors(TimingInterceptor)
export class DelaysConsumer {
  constructor(
    private readonly statistics: DelayStatistics,
    private readonly ledger: Ledger,
    @Inject(SAMPLE_CONFIG) private readonly config: SampleConfig,
  ) {}

  /** Airports beside each other, the flights of each one after the other, in the order they were put. */
  @KinesisConsumer('flights', {
    name: 'delays',
    concurrency: 8,
    orderBy: 'partition-key',
    onExhausted: 'dead-letter',
  })
  onFlight(@KinesisPayload({ schema: FlightSchema }) flight: Flight): void {
    if (flight.run !== this.config.run) return;
    this.statistics.add(flight);
    this.ledger.handled('delays', flight);
  }
}
