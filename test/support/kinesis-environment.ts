import type { LocalKinesis } from 'nestjs-kinesis/testing';

/** The environment variables that lead the AWS SDK to a local Kinesis. */
export function environmentOf({ clientConfig }: LocalKinesis): Record<string, string> {
  const { region, endpoint, credentials } = clientConfig;
  return {
    AWS_REGION: region,
    AWS_ENDPOINT_URL_KINESIS: endpoint,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
  };
}
