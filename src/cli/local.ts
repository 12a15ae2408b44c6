import { parseArgs } from 'node:util';
import { LocalKinesis } from '../testing/local-kinesis/local-kinesis.js';
import {
  type LocalKinesisOptions,
  type LocalStream,
} from '../testing/local-kinesis/local-kinesis-options.js';
import { type Command, UsageError } from './command.js';
import { stopRequested } from './terminal.js';

const DEFAULT_PORT = 4567;

/** `nestjs-kinesis local`: a local Kinesis that runs until it is stopped. */
export const local: Command = {
  usage: `Usage: nestjs-kinesis local [options]

Runs a local Kinesis in memory, for the SDK of any language, until SIGINT or SIGTERM.
It answers HTTP/1.1 and HTTP/2; GET /health says that it is up. Any credentials will do.

Options:
  --stream <name[:shards]>  a stream to begin with, with 1 shard unless said otherwise; may be repeated
  --port <number>           port for HTTP, 0 for any free one (default ${DEFAULT_PORT})
  --tls-port <number>       port for HTTPS with a self-signed certificate (default none)
  --host <address>          address to listen on (default 127.0.0.1; 0.0.0.0 in a container)
  --limits <aws|none>       enforce the service's limits on throughput and rates, or none (default aws)
  --persist <file>          keep streams and records in this file: read at the start, written when stopped
  --region <name>           region in ARNs (default us-east-1)
  --help                    show this

Example:
  nestjs-kinesis local --port 4567 --stream orders:4 --stream payments
`,

  async run(args, terminal) {
    const options = parseLocalArguments(args);
    const stop = stopRequested(terminal);
    const kinesis = await LocalKinesis.start(options);
    const addresses = [kinesis.endpoint, kinesis.tlsEndpoint].filter((address) => address !== undefined);
    terminal.stdout.write(`Local Kinesis is ready on ${addresses.join(' and ')}\n`);
    await stop;
    await kinesis.stop();
  },
};

/** @throws UsageError for arguments that make no sense */
export function parseLocalArguments(args: readonly string[]): LocalKinesisOptions {
  const values = readArguments(args);
  const tlsPort = values['tls-port'];
  return {
    port: values.port === undefined ? DEFAULT_PORT : portOf('--port', values.port),
    limits: limitsOf(values.limits),
    streams: streamsOf(values.stream ?? []),
    ...textOf('host', values.host),
    ...textOf('region', values.region),
    ...textOf('persist', values.persist),
    ...(tlsPort === undefined ? {} : { tls: { port: portOf('--tls-port', tlsPort) } }),
  };
}

interface LocalArguments {
  readonly port?: string;
  readonly 'tls-port'?: string;
  readonly host?: string;
  readonly limits?: string;
  readonly region?: string;
  readonly persist?: string;
  readonly stream?: readonly string[];
}

function readArguments(args: readonly string[]): LocalArguments {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        port: { type: 'string' },
        'tls-port': { type: 'string' },
        host: { type: 'string' },
        limits: { type: 'string' },
        region: { type: 'string' },
        persist: { type: 'string' },
        stream: { type: 'string', multiple: true },
      },
    });
    return values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function portOf(option: string, value: string): number {
  const port = Number(value);
  if (!/^\d+$/.test(value) || port > 65_535)
    throw new UsageError(`${option} must be a port number, not "${value}"`);
  return port;
}

function limitsOf(value = 'aws'): 'aws' | 'none' {
  if (value === 'aws' || value === 'none') return value;
  throw new UsageError(`--limits must be aws or none, not "${value}"`);
}

function textOf<Name extends string>(name: Name, value: string | undefined): Partial<Record<Name, string>> {
  // An empty one comes from a variable of the shell that is not set, and must not mean something else.
  if (value === '') throw new UsageError(`--${name} must not be empty`);
  return value === undefined ? {} : ({ [name]: value } as Record<Name, string>);
}

function streamsOf(values: readonly string[]): Record<string, LocalStream> {
  const streams = values.map(streamOf);
  const twice = streams.find(([name], position) => streams.findIndex(([other]) => other === name) < position);
  if (twice !== undefined) throw new UsageError(`--stream names ${twice[0]} twice`);
  return Object.fromEntries(streams);
}

function streamOf(value: string): [string, LocalStream] {
  const match = /^(?<name>[a-zA-Z0-9_.-]{1,128})(?::(?<shards>[1-9]\d{0,4}))?$/.exec(value);
  if (match?.groups === undefined)
    throw new UsageError(`--stream must be a name, or name:shards, not "${value}"`);
  const { name = '', shards = '1' } = match.groups;
  return [name, { shards: Number(shards) }];
}
