import { BadRequestException, Body, Controller, HttpCode, Inject, Post } from '@nestjs/common';
import { KinesisProducer } from 'nestjs-kinesis';
import { Ledger } from '../ledger/ledger.js';
import { SAMPLE_CONFIG, type SampleConfig } from '../sample-config.js';
import { type FlightReport, isFlightReport } from './flight.js';

@Controller('flights')
export class FlightsController {
  constructor(
    private readonly producer: KinesisProducer,
    private readonly ledger: Ledger,
    @Inject(SAMPLE_CONFIG) private readonly config: SampleConfig,
  ) {}

  /** Answers when Kinesis has acknowledged every flight. */
  @Post()
  @HttpCode(201)
  async create(@Body() flights: FlightReport[]): Promise<{ accepted: number }> {
    if (!Array.isArray(flights) || !flights.every(isFlightReport)) {
      throw new BadRequestException('expected an array of flights');
    }
    const { run } = this.config;
    await Promise.all(
      flights.map(async (flight) => {
        this.ledger.put(flight);
        await this.producer.send('flights', { ...flight, run }, { partitionKey: flight.origin });
      }),
    );
    return { accepted: flights.length };
  }
}
