import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newLease } from '../../../src/testing/checkpointer-suite/lease-fixture.js';
import { runLeases } from './leases-command.js';

describe('nestjs-kinesis leases', () => {
  it('explains itself', async () => {
    const { code, output } = await runLeases('', ['--help']);

    expect(code).toBe(0);
    for (const word of [
      'export',
      'import',
      'copy',
      'verify',
      'reset',
      'redis://',
      'file:',
      'async-kinesis+redis:',
    ]) {
      expect(output).toContain(word);
    }
  });

  it('says that a server cannot be reached', async () => {
    const { code, errors } = await runLeases('export', ['--from', 'redis://:s3cret@127.0.0.1:1']);

    expect(code).toBe(1);
    expect(errors).toMatch(
      /^nestjs-kinesis: redis:\/\/127\.0\.0\.1:1 cannot be reached: .*ECONNREFUSED.*\n$/,
    );
  });

  it.each([
    ['', [], 'a command of leases is missing'],
    ['expotr', [], 'leases has no command "expotr"'],
    ['export', [], '--from is missing'],
    ['export', ['--from', 'mongodb://:s3cret@host'], 'unknown kind of store "mongodb:"'],
    ['export', ['--from', 'redis://h?prefx=a'], 'redis: has no parameter "prefx"'],
    ['export', ['--from', 'redis://h/orders'], 'comes the number of a database, not "orders"'],
    ['export', ['--from', 'redis://h?cluster=yes'], '"cluster" must be true or false, not "yes"'],
    ['export', ['--from', ''], '--from must not be empty'],
    ['export', ['--from', 'file:x', '--write'], "Unknown option '--write'"],
    ['import', ['--to', 'file:x'], '--file is missing'],
    ['copy', ['--from', 'file:x', '--to', 'file:y', '--session-timeout', 'x'], '--session-timeout must be'],
    ['reset', ['--on', 'file:'], '--position is missing'],
    ['reset', ['--on', 'file:', '--position', 'LATEST'], 'file: needs a path'],
  ])('refuses %j %j with one line', async (command, options, reason) => {
    const { code, output, errors } = await runLeases(command, options);

    expect(code).toBe(2);
    expect(errors).toContain(reason);
    expect(errors).toMatch(/^nestjs-kinesis: [^\n]+\n$/);
    expect(errors).not.toContain('s3cret');
    expect(output).toBe('');
  });

  it.each(['yesterday', '2026-01-31T12:00:00'])('refuses a reset to %s', async (position) => {
    const folder = await mkdtemp(join(tmpdir(), 'leases-'));
    const path = join(folder, 'leases.jsonl');
    const lease = { application: 'billing', stream: 'orders', ...newLease() };
    await writeFile(path, `{"format":"nestjs-kinesis leases","version":1}\n${JSON.stringify(lease)}\n`);

    const { code, errors } = await runLeases('reset', ['--on', `file:${path}`, '--position', position]);

    expect(code).toBe(2);
    expect(errors).toContain('--position must be TRIM_HORIZON, LATEST, or a time');
    await rm(folder, { recursive: true });
  });
});
