import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

const SRC = join(import.meta.dirname, '..', 'src');

/** What each room may use beside itself and the files at the root of `src` (CONTRIBUTING.md, "Where things live"). */
const ARROWS: Record<string, readonly string[]> = {
  runtime: [],
  observability: ['runtime'],
  client: ['runtime'],
  aggregators: ['runtime'],
  checkpointers: ['runtime'],
  producer: ['runtime', 'client', 'aggregators', 'observability'],
  delivery: ['runtime', 'client', 'aggregators', 'checkpointers', 'observability'],
  scheduler: ['runtime', 'client', 'aggregators', 'checkpointers', 'delivery', 'observability'],
};

/** Engine rooms may use these files at the root of `src`, and no others: the rest belongs to Nest. */
const SHARED = ['errors.ts'];

const OPTIONAL_PEERS = [
  '@aws-sdk/client-dynamodb',
  '@aws-sdk/client-sqs',
  'ioredis',
  'msgpackr',
  'selfsigned',
];

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => join(folder, file));
}

function importsOf(file: string): string[] {
  const text = readFileSync(file, 'utf8');
  return [...text.matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].map((match) => match[1] ?? '');
}

function resolveImport(file: string, specifier: string): string | undefined {
  if (!specifier.startsWith('.')) return undefined;
  const path = resolve(dirname(file), specifier.replace(/\.js$/, '.ts'));
  expect(existsSync(path)).toBe(true);
  return path;
}

it.each(Object.entries(ARROWS))('%s uses only the rooms below it', (room, below) => {
  const wrong: string[] = [];
  for (const file of filesIn(join(SRC, room))) {
    for (const specifier of importsOf(file)) {
      const target = resolveImport(file, specifier);
      if (specifier.startsWith('@nestjs/')) wrong.push(`${file}: ${specifier}`);
      if (!target) continue;
      const path = relative(SRC, target);
      const [first = ''] = path.split('/');
      const allowed = path.includes('/') ? [room, ...below].includes(first) : SHARED.includes(path);
      if (!allowed) wrong.push(`${relative(SRC, file)}: ${path}`);
    }
  }
  expect(wrong).toEqual([]);
});

it('the main entry loads no optional peer, and nothing of testing or the command line', () => {
  const seen = new Set<string>();
  const packages = new Set<string>();
  const visit = (file: string): void => {
    if (seen.has(file)) return;
    seen.add(file);
    for (const specifier of importsOf(file)) {
      const target = resolveImport(file, specifier);
      if (target) visit(target);
      else packages.add(specifier);
    }
  };
  visit(join(SRC, 'index.ts'));
  expect(OPTIONAL_PEERS.filter((peer) => packages.has(peer))).toEqual([]);
  const rooms = [...seen].map((file) => relative(SRC, file).split('/')[0]);
  expect(rooms.filter((room) => room === 'testing' || room === 'cli')).toEqual([]);
});

it('tokens and metadata keys are registered symbols: the ESM and the CommonJS copy mean the same by them', () => {
  const files = [join(SRC, 'kinesis.constants.ts'), ...filesIn(join(SRC, 'decorators'))];
  const symbols = files.flatMap((file) => readFileSync(file, 'utf8').match(/\bSymbol\b[.\w]*\(/g) ?? []);
  expect(symbols.length).toBeGreaterThan(2);
  expect(symbols.filter((symbol) => symbol !== 'Symbol.for(')).toEqual([]);
});
