import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..');
const FOLDER = join(ROOT, 'test', '.docs');

/** Every block of TypeScript in a page is a test file of its own: importing it hands its tests to Jest. */
async function importExamples(page: string): Promise<number> {
  const text = readFileSync(join(ROOT, 'docs', page), 'utf8');
  const blocks = [...text.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code = '']) => code);
  mkdirSync(FOLDER, { recursive: true });
  try {
    for (const [position, code] of blocks.entries()) {
      const file = join(FOLDER, `${page}.${position + 1}.ts`);
      writeFileSync(file, code);
      await import(file);
    }
  } finally {
    rmSync(FOLDER, { recursive: true });
  }
  return blocks.length;
}

const examples = {
  'testing.md': await importExamples('testing.md'),
  'dead-letters.md': await importExamples('dead-letters.md'),
  'checkpointers.md': await importExamples('checkpointers.md'),
  'dynamodb.md': await importExamples('dynamodb.md'),
};

it.each([
  ['testing.md', 5],
  ['dead-letters.md', 5],
  ['checkpointers.md', 3],
  ['dynamodb.md', 2],
] as const)('docs/%s has examples', (page, count) => {
  expect(examples[page]).toBe(count);
});
