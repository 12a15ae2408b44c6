import { conformance } from './harness/conformance.js';
import { startLocalKinesisServer } from './targets/local-kinesis-server.js';
import { http1Client } from './targets/sdk-client.js';

conformance({
  name: 'local Kinesis over HTTP/1.1',
  start: () => startLocalKinesisServer(http1Client),
  virtualTime: true,
});
