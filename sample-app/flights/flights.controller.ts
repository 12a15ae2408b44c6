import { BadRequestException, Body, Controller, HttpCode, Inject, Post } from '@nestjs/common';
import { KinesisConsumer, KinesisPayload, KinesisProducer } from 'nestjs-kinesis';
import { SAMPLE_CONFIG, type SampleConfig } from '../sample-config.js';
import { DelayStatistics } from './delay-statistics.js';
import { type Flight, isFlight } from './flight.js';
import { Ledger } from './ledger.js';

@Controller('flights')
export class FlightsController {
  constructor(
    private readonly producer: KinesisProducer,
    private readonly statistics: DelayStatistics,
    private readonly ledger: Ledger,
    @Inject(SAMPLE_CONFIG) private readonly config: SampleConfig,
  ) {}

  /** Answers when Kinesis has acknowledged every flight. */
  @Post()
  @HttpCode(201)
  async create(@Body() flights: Flight[]): Promise<{ accepted: number }> {
    if (!Array.isArray(flights) || !flights.every(isFlight)) {
      throw new BadRequestException('expected an array of flights');
    }
    await Promise.all(
      flights.map(async (flight) => {
        this.ledger.put(flight);
        await this.producer.send('flights', flight, { partitionKey: flight.origin });
      }),
    );
    return { accepted: flights.length };
  }

  @KinesisConsumer('flights')
  onFlight(@KinesisPayload() flight: Flight): void {
    if (flight.run !== this.config.run) return;
    this.statistics.add(flight);
    this.ledger.handled(flight);
  }
}
