import { SQSClient, type SQSClientConfig } from '@aws-sdk/client-sqs';

/**
 * A client for one queue, whose URL says where it is; what `config` sets wins. Without an endpoint the SDK goes by that
 * URL, too, but complains at each call where it is not the region's usual one.
 */
export function createSqsClient(queueUrl: string, config: SQSClientConfig = {}): SQSClient {
  const { origin, hostname } = new URL(queueUrl);
  const [, region] = /^sqs\.([a-z0-9-]+)\./.exec(hostname) ?? [];
  return new SQSClient({ endpoint: origin, ...(region === undefined ? {} : { region }), ...config });
}
