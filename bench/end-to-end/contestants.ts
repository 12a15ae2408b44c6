import { fileURLToPath } from 'node:url';
import { installPeers } from '../producer/peers.js';
import { buildJava, type JavaBuild } from './java.js';
import type { Command } from './program.js';
import { installPython } from './python.js';

/** A library, as programs on it put and consume. */
export interface Contestant {
  readonly name: string;
  readonly title: string;
  /** Where its consumers have theirs. */
  readonly leases: 'DynamoDB' | 'Redis';
  readonly ours: boolean;
  readonly producer?: Command;
  readonly consumer?: Command;
}

/** The folder of sources that are not compiled into this one. */
const SOURCES = new URL('../../end-to-end/', import.meta.url);

function node(program: string, ...args: readonly string[]): Command {
  const file = fileURLToPath(new URL(`programs/${program}.js`, import.meta.url));
  return { file: process.execPath, args: [file, ...args] };
}

/** Those that can run here; and of the others, what is missing. */
export function findContestants(stores: { redis: boolean }): {
  contestants: Contestant[];
  missing: string[];
} {
  const contestants: Contestant[] = [
    {
      name: 'ours-dynamodb',
      title: 'nestjs-kinesis',
      leases: 'DynamoDB',
      ours: true,
      producer: node('our-producer'),
      consumer: node('our-consumer', 'dynamodb'),
    },
  ];
  const missing: string[] = [];
  if (stores.redis) {
    const consumer = node('our-consumer', 'redis');
    contestants.push({ name: 'ours-redis', title: 'nestjs-kinesis', leases: 'Redis', ours: true, consumer });
  } else missing.push('There is no redis-server here, so nothing with leases in Redis.');
  const java = buildJava(fileURLToPath(new URL('java/', SOURCES)));
  if (java) contestants.push(amazons(java));
  else missing.push('The KPL and the KCL need a JDK 17, Maven 3.8 and, the first time, Maven Central.');
  if (installPeers()) {
    contestants.push({
      name: 'lifion-kinesis',
      title: 'lifion-kinesis',
      leases: 'DynamoDB',
      ours: false,
      producer: node('lifion-producer'),
      consumer: node('lifion-consumer'),
    });
  } else missing.push('lifion-kinesis could not be installed.');
  const folder = fileURLToPath(new URL('python/', SOURCES));
  const python = installPython(folder);
  if (python !== undefined) {
    const command = (program: string): Command => ({ file: python, args: ['-B', `${folder}${program}`] });
    contestants.push({
      name: 'async-kinesis',
      title: 'async-kinesis (Python)',
      leases: 'Redis',
      ours: false,
      producer: command('producer.py'),
      ...(stores.redis ? { consumer: command('consumer.py') } : {}),
    });
  } else missing.push('async-kinesis needs Python 3.10 with venv and, the first time, PyPI.');
  return { contestants, missing };
}

function amazons({ kpl, kcl }: JavaBuild): Contestant {
  return {
    name: 'kpl-kcl',
    title: 'KPL and KCL (Java)',
    leases: 'DynamoDB',
    ours: false,
    producer: kpl,
    consumer: kcl,
  };
}
