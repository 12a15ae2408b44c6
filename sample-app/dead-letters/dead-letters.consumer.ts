import { Inject, Injectable } from '@nestjs/common';
import { decodeDeadLetter, KinesisConsumer, KinesisPayload } from 'nestjs-kinesis';
import type { Flight, FlightReport } from '../flights/flight.js';
import { Ledger } from '../ledger/ledger.js';
import { SAMPLE_CONFIG, type SampleConfig } from '../sample-config.js';
import { DeadLetterReasons } from './dead-letter-reasons.js';

/** Looks at what the other handlers could not handle. `npx nestjs-kinesis redrive` would put it back. */
@Injectable()
export class DeadLettersConsumer {
  constructor(
    private readonly reasons: DeadLetterReasons,
    private readonly ledger: Ledger,
    @Inject(SAMPLE_CONFIG) private readonly config: SampleConfig,
  ) {}

  @KinesisConsumer('flights-dead')
  onLetter(@KinesisPayload() bytes: Uint8Array): void {
    const { handler, error, data } = decodeDeadLetter(bytes);
    const flight = JSON.parse(Buffer.from(data).toString()) as FlightReport & Pick<Flight, 'run'>;
    if (flight.run !== this.config.run) return;
    this.reasons.add(handler, error.message);
    this.ledger.deadLettered(handler, flight);
  }
}
