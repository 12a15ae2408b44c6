import { createSqsClient } from '../../../../src/delivery/dead-letters/sqs/create-sqs-client.js';

it.each([
  ['https://sqs.eu-west-1.amazonaws.com/123456789012/dead', {}, 'eu-west-1', 'sqs.eu-west-1.amazonaws.com'],
  [
    'https://sqs.cn-north-1.amazonaws.com.cn/123456789012/dead',
    {},
    'cn-north-1',
    'sqs.cn-north-1.amazonaws.com.cn',
  ],
  ['http://localhost:9324/000000000000/dead', { region: 'us-east-1' }, 'us-east-1', 'localhost'],
  [
    'https://sqs.eu-west-1.amazonaws.com/123456789012/dead',
    { endpoint: 'https://vpce-1.sqs.eu-west-1.vpce.amazonaws.com' },
    'eu-west-1',
    'vpce-1.sqs.eu-west-1.vpce.amazonaws.com',
  ],
])('asks for the queue %s where it is', async (url, config, region, hostname) => {
  const client = createSqsClient(url, config);
  expect(await client.config.region()).toBe(region);
  expect(await client.config.endpoint?.()).toMatchObject({ hostname });
  client.destroy();
});
