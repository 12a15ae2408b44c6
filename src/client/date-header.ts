import type { DescribeStreamSummaryCommand } from '@aws-sdk/client-kinesis';

/**
 * Makes `command` keep the `Date` header of its answer: the service's own clock, which is what record arrival
 * times are measured by, and which the machine's clock may be far from.
 *
 * @returns a function that gives the header's time in milliseconds since the Unix epoch, once there is one
 */
export function readDateHeader(command: DescribeStreamSummaryCommand): () => number | undefined {
  let serviceTime: number | undefined;
  command.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      const { headers } = result.response as { headers?: Record<string, string> };
      const parsed = Date.parse(headers?.['date'] ?? '');
      if (!Number.isNaN(parsed)) serviceTime = parsed;
      return result;
    },
    { step: 'deserialize', name: 'readDateHeader', priority: 'low' },
  );
  return () => serviceTime;
}
