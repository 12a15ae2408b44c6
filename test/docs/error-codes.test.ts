import * as main from 'nestjs-kinesis';
import { KINESIS_ERROR_CODES, KinesisError } from 'nestjs-kinesis';
import { headingsOf, readPage } from './support/pages.js';

const page = readPage('docs/troubleshooting.md');

it('docs/troubleshooting.md has a section for every code there is, and for no other', () => {
  const sections = headingsOf(page).filter((heading) => heading.startsWith('KINESIS_'));

  expect(sections.sort()).toEqual([...KINESIS_ERROR_CODES].sort());
});

it('names every class of errors that can be imported', () => {
  const classes = Object.values(main).filter(
    (value) => typeof value === 'function' && value.prototype instanceof KinesisError,
  ) as { name: string }[];

  expect(classes.length).toBeGreaterThan(25);
  expect(classes.filter(({ name }) => !page.text.includes(`\`${name}\``))).toEqual([]);
});

it('names no code that does not exist, on any of its lines', () => {
  const named = page.text.match(/\bKINESIS_[A-Z_]+/g) ?? [];

  expect(named.filter((code) => !(KINESIS_ERROR_CODES as readonly string[]).includes(code))).toEqual([]);
});
