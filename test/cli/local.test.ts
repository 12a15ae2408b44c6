import { KinesisClient, ListShardsCommand } from '@aws-sdk/client-kinesis';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { runCli } from '../../src/cli/cli.js';
import { parseLocalArguments } from '../../src/cli/local.js';
import { TestTerminal } from '../support/test-terminal.js';

describe('nestjs-kinesis local', () => {
  it.each(['SIGINT', 'SIGTERM'])('serves its streams once it says it is ready, until %s', async (signal) => {
    const terminal = new TestTerminal();
    const exit = runCli(['local', '--port', '0', '--stream', 'orders:4', '--stream', 'events'], terminal);
    await once(terminal, 'printed');

    const [, endpoint = ''] =
      /^Local Kinesis is ready on (http:\/\/127\.0\.0\.1:\d+)\n$/.exec(terminal.output) ?? [];
    const client = new KinesisClient({
      region: 'us-east-1',
      endpoint,
      credentials: { accessKeyId: 'any', secretAccessKey: 'any' },
    });
    expect((await client.send(new ListShardsCommand({ StreamName: 'orders' }))).Shards).toHaveLength(4);
    expect((await client.send(new ListShardsCommand({ StreamName: 'events' }))).Shards).toHaveLength(1);
    client.destroy();

    terminal.emit(signal);
    await expect(exit).resolves.toBe(0);
    await expect(fetch(`${endpoint}/health`)).rejects.toThrow();
    expect(terminal.errors).toBe('');
    expect([terminal.listenerCount('SIGINT'), terminal.listenerCount('SIGTERM')]).toEqual([0, 0]);
  });

  it('fails in one line when the port is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const address = other.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const terminal = new TestTerminal();

    await expect(runCli(['local', '--port', String(port)], terminal)).resolves.toBe(1);

    expect(terminal.errors).toMatch(new RegExp(`^nestjs-kinesis: .*EADDRINUSE.*${port}\n$`));
    other.close();
  });

  it('reads every option', () => {
    const args =
      '--port 1 --tls-port 2 --host 0.0.0.0 --limits none --region eu-west-1 --persist f.json --stream a.b_c-d:12 --stream x';

    expect(parseLocalArguments(args.split(' '))).toEqual({
      port: 1,
      tls: { port: 2 },
      host: '0.0.0.0',
      limits: 'none',
      region: 'eu-west-1',
      persist: 'f.json',
      streams: { 'a.b_c-d': { shards: 12 }, x: { shards: 1 } },
    });
  });

  it('listens on port 4567 with the limits of the service and no stream unless told otherwise', () => {
    expect(parseLocalArguments([])).toEqual({ port: 4567, limits: 'aws', streams: {} });
  });
});

describe('nestjs-kinesis', () => {
  it.each([
    [['--help'], 'Usage: nestjs-kinesis <command>'],
    [['local', '--help'], 'Usage: nestjs-kinesis local'],
  ])('explains itself with %j', async (args, beginning) => {
    const terminal = new TestTerminal();

    await expect(runCli(args, terminal)).resolves.toBe(0);

    expect(terminal.output.startsWith(beginning)).toBe(true);
  });

  it.each([
    [[], 'a command is missing'],
    [['lokal'], 'unknown command "lokal"'],
    [['local', '--prot', '1'], "Unknown option '--prot'"],
    [['local', 'orders'], "Unexpected argument 'orders'"],
    [['local', '--port', 'x'], '--port must be a port number, not "x"'],
    [['local', '--port', '65536'], '--port must be a port number'],
    [['local', '--tls-port', '-1'], "'--tls-port' argument is ambiguous"],
    [['local', '--limits', 'some'], '--limits must be aws or none'],
    [['local', '--stream', 'orders:0'], '--stream must be a name, or name:shards, not "orders:0"'],
    [['local', '--stream', 'or ders'], '--stream must be a name'],
    [['local', '--stream', 'orders', '--stream', 'orders:2'], '--stream names orders twice'],
    [['local', '--host', ''], '--host must not be empty'],
    [['local', '--region='], '--region must not be empty'],
    [['local', '--persist', ''], '--persist must not be empty'],
  ])('refuses %j with one line and exit code 2', async (args, reason) => {
    const terminal = new TestTerminal();

    await expect(runCli(args, terminal)).resolves.toBe(2);

    expect(terminal.errors).toContain(reason);
    expect(terminal.errors).toMatch(/^nestjs-kinesis: [^\n]+\n$/);
    expect(terminal.output).toBe('');
  });
});
