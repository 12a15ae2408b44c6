import { Controller, Get } from '@nestjs/common';
import { RouteStatistics, type RouteTraffic } from './route-statistics.js';

@Controller('routes')
export class RoutesController {
  constructor(private readonly statistics: RouteStatistics) {}

  @Get()
  list(): RouteTraffic[] {
    return this.statistics.routes();
  }
}
