import { Module } from '@nestjs/common';
import { LedgerModule } from '../ledger/ledger.module.js';
import { FlightsController } from './flights.controller.js';

/** Puts what airports report into the stream `flights`. */
@Module({ imports: [LedgerModule], controllers: [FlightsController] })
export class FlightsModule {}
