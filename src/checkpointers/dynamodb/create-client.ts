import { DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import { NodeHttpHandler } from '@smithy/node-http-handler';

/**
 * Milliseconds for connecting, and for an answer: far less than a session timeout, so that one silent connection costs
 * no lease. (The KCL's `dynamoDbRequestTimeout` of a minute outlasts its own fail-over time.)
 */
const CONNECTION_TIMEOUT = 2_000;
const REQUEST_TIMEOUT = 3_000;

/** What the checkpointer opens itself, or was given. Whatever `config` sets wins. */
export function createClient(client: DynamoDBClient | DynamoDBClientConfig): DynamoDBClient {
  if (isClient(client)) return client;
  return new DynamoDBClient({
    // The checkpointer tries again itself: it must know which of its writes may have taken effect unanswered.
    maxAttempts: 1,
    ...client,
    requestHandler:
      client.requestHandler ??
      new NodeHttpHandler({
        connectionTimeout: CONNECTION_TIMEOUT,
        requestTimeout: REQUEST_TIMEOUT,
        throwOnRequestTimeout: true,
      }),
  });
}

export function isClient(client: DynamoDBClient | DynamoDBClientConfig): client is DynamoDBClient {
  return 'send' in client && typeof client.send === 'function';
}
