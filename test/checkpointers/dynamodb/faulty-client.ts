import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';

/** What befalls one call: it fails before the service has it, perhaps after something else has happened; or the answer is lost. */
export type Fault =
  'throttled' | 'refused' | 'access denied' | 'unreachable' | 'unanswered' | (() => Promise<unknown>);

const NAMES = {
  throttled: 'ProvisionedThroughputExceededException',
  refused: 'InternalServerError',
  'access denied': 'AccessDeniedException',
} as const;

/** Calls that go through a client, by operation, and the faults that are still to come. */
export class CallRecorder {
  readonly calls: { operation: string; input: Record<string, unknown> }[] = [];
  /** The most calls that were under way at a time. */
  peak = 0;
  /** The faults of the next calls of each operation. */
  readonly faults: Record<string, (Fault | undefined)[]> = {};
  private underWay = 0;

  constructor(client: DynamoDBClient) {
    client.middlewareStack.add(
      (next, { commandName = '' }) =>
        async (args) => {
          const operation = commandName.replace(/Command$/, '');
          this.calls.push({ operation, input: args.input as Record<string, unknown> });
          const fault = this.faults[operation]?.shift();
          if (typeof fault === 'function') await fault();
          if (typeof fault === 'function' || fault === 'unreachable') throw connectionError('ECONNREFUSED');
          if (fault !== undefined && fault !== 'unanswered') throw serviceError(NAMES[fault]);
          this.underWay++;
          this.peak = Math.max(this.peak, this.underWay);
          try {
            const answer = await next(args);
            if (fault === 'unanswered') throw connectionError('ECONNRESET');
            return answer;
          } finally {
            this.underWay--;
          }
        },
      { step: 'initialize', name: 'recordCalls' },
    );
  }

  count(operation: string): number {
    return this.calls.filter((call) => call.operation === operation).length;
  }
}

function connectionError(code: string): Error {
  return Object.assign(new Error(code), { code });
}

function serviceError(name: string): Error {
  const httpStatusCode = name === NAMES.refused ? 500 : 400;
  return Object.assign(new Error(name), { name, $fault: 'client', $metadata: { httpStatusCode } });
}
