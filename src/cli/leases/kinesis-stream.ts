import { createClient } from '../../client/create-client.js';
import type { ShardDescription, StreamDescription } from '../../client/kinesis-gateway.js';
import { SdkKinesisGateway } from '../../client/sdk-kinesis-gateway.js';
import { SystemClock } from '../../runtime/system-clock.js';

/** The stream as the service has it; region, credentials and endpoint come from the environment. */
export async function describeStream(
  streamName: string,
): Promise<StreamDescription & { readonly shards: readonly ShardDescription[] }> {
  const client = createClient({ maxAttempts: 3 });
  try {
    const gateway = new SdkKinesisGateway(client, new SystemClock());
    const stream = { name: streamName, streamName };
    return { ...(await gateway.describeStream(stream)), shards: await gateway.listShards(stream) };
  } finally {
    client.destroy();
  }
}
