import { Controller, Get } from '@nestjs/common';
import { type AirportDelay, DelayStatistics } from './delay-statistics.js';

@Controller('airports')
export class AirportsController {
  constructor(private readonly statistics: DelayStatistics) {}

  @Get()
  list(): AirportDelay[] {
    return this.statistics.airports();
  }
}
