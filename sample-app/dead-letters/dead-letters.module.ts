import { Module } from '@nestjs/common';
import { LedgerModule } from '../ledger/ledger.module.js';
import { DeadLetterReasons } from './dead-letter-reasons.js';
import { DeadLettersConsumer } from './dead-letters.consumer.js';
import { DeadLettersController } from './dead-letters.controller.js';

@Module({
  imports: [LedgerModule],
  controllers: [DeadLettersController],
  providers: [DeadLettersConsumer, DeadLetterReasons],
})
export class DeadLettersModule {}
