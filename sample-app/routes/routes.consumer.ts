import { Inject, Injectable, UseInterceptors } from '@nestjs/common';
import { KinesisConsumer, KinesisPayload, type ReceivedRecord } from 'nestjs-kinesis';
import type { Flight } from '../flights/flight.js';
import { FlightSchema } from '../flights/flight.schema.js';
import { Ledger } from '../ledger/ledger.js';
import { SAMPLE_CONFIG, type SampleConfig } from '../sample-config.js';
import { TimingInterceptor } from '../timing/timing.interceptor.js';
import { RouteStatistics } from './route-statistics.js';

@Injectable()
@UseInterceptors(TimingInterceptor)
export class RoutesConsumer {
  constructor(
    private readonly statistics: RouteStatistics,
    private readonly ledger: Ledger,
    @Inject(SAMPLE_CONFIG) private readonly config: SampleConfig,
  ) {}

  /** Of a batch, the schema sees each flight by itself: those it refuses become dead letters, the others come here. */
  @KinesisConsumer('flights', {
    name: 'routes',
    batch: { maxRecords: 200, maxWait: 250 },
    onExhausted: 'dead-letter',
  })
  onFlights(@KinesisPayload({ schema: FlightSchema }) records: ReceivedRecord<Flight>[]): void {
    const flights = records.map(({ payload }) => payload).filter(({ run }) => run === this.config.run);
    this.statistics.addAll(flights);
    for (const flight of flights) this.ledger.handled('routes', flight);
  }
}
