import { existsSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { anchorsOf, linksOf, type Page, readPage, readPages, ROOT } from './support/pages.js';

const PAGES = [...readPages(), readPage('CONTRIBUTING.md'), readPage('CHANGELOG.md')];

/** Why a link of a page leads nowhere; undefined if it does not. */
function problemOf(page: Page, link: string): string | undefined {
  const [target = '', anchor] = link.split('#');
  const file = target === '' ? page.path : relative(ROOT, join(ROOT, dirname(page.path), target));
  if (!existsSync(join(ROOT, file))) return `${page.path}: there is no ${file}`;
  if (anchor === undefined || !file.endsWith('.md')) return undefined;
  return anchorsOf(readPage(file)).has(anchor)
    ? undefined
    : `${page.path}: ${file} has no heading #${anchor}`;
}

it('every link of README and docs within the repository leads somewhere', () => {
  const links = PAGES.flatMap((page) => linksOf(page).map((link) => ({ page, link })));
  const internal = links.filter(({ link }) => !/^[a-z]+:/.test(link));

  expect(internal.length).toBeGreaterThan(50);
  expect(internal.flatMap(({ page, link }) => problemOf(page, link) ?? [])).toEqual([]);
});

it('the index of docs has every page', () => {
  const linked = new Set(linksOf(readPage('docs/README.md')));
  const pages = readPages().flatMap(({ path }) => /^docs\/((?!README).*)/.exec(path)?.[1] ?? []);

  expect(pages.filter((page) => !linked.has(page))).toEqual([]);
});

it('every block of JSON in README and docs is JSON', () => {
  const blocks = PAGES.flatMap(({ path, blocks }) => blocks.map((block) => ({ path, ...block })));
  const broken = blocks.filter(({ language, code }) => language === 'json' && !isJson(code));

  expect(blocks.some(({ language }) => language === 'json')).toBe(true);
  expect(broken.map(({ path, line }) => `${path}:${line}`)).toEqual([]);
});

function isJson(code: string): boolean {
  try {
    JSON.parse(code);
    return true;
  } catch {
    return false;
  }
}
