import { Controller, Get } from '@nestjs/common';
import { type DeadLetterReason, DeadLetterReasons } from './dead-letter-reasons.js';

@Controller('dead-letters')
export class DeadLettersController {
  constructor(private readonly reasons: DeadLetterReasons) {}

  @Get()
  list(): DeadLetterReason[] {
    return this.reasons.list();
  }
}
