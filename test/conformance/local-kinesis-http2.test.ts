import { conformance } from './harness/conformance.js';
import { startLocalKinesisServer } from './targets/local-kinesis-server.js';
import { http2Client } from './targets/sdk-client.js';

conformance({
  name: 'local Kinesis over HTTP/2',
  start: () => startLocalKinesisServer(http2Client),
  virtualTime: true,
});
