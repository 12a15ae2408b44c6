import { Injectable } from '@nestjs/common';

export interface DeadLetterReason {
  /** Who could not handle them. */
  handler: string;
  message: string;
  letters: number;
}

/** How many letters there are of each handler, for each reason. */
@Injectable()
export class DeadLetterReasons {
  private readonly byReason = new Map<string, DeadLetterReason>();

  add(handler: string, message: string): void {
    const key = JSON.stringify([handler, message]);
    const letters = (this.byReason.get(key)?.letters ?? 0) + 1;
    this.byReason.set(key, { handler, message, letters });
  }

  list(): DeadLetterReason[] {
    return [...this.byReason.values()];
  }
}
