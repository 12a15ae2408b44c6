import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readPage, ROOT } from './support/pages.js';

const source = readFileSync(join(ROOT, 'src/observability/kinesis-event.ts'), 'utf8');
const types = [...source.matchAll(/\btype: '([\w-]+)'/g)].map(([, type = '']) => type);

const [, alarms = ''] = readPage('docs/going-to-production.md').text.split('## Alarms\n');
const [section = ''] = alarms.split('\n## ');

it('docs/going-to-production.md says of every event what to do about it', () => {
  expect(types.length).toBeGreaterThan(20);
  expect(types.filter((type) => !section.includes(`\`${type}\``))).toEqual([]);
});

it('and names no event that there is not', () => {
  const named = [...section.matchAll(/`([a-z]+(?:-[a-z]+)+)`/g)].map(([, name = '']) => name);

  expect(named.filter((name) => !types.includes(name))).toEqual([]);
});
