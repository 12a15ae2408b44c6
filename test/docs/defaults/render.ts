import { join } from 'node:path';
import prettier from 'prettier';
import { ROOT } from '../support/pages.js';
import { type Option, readOptions } from './read-options.js';
import { TABLES, type TableSource } from './tables.js';

export const PAGE = 'docs/defaults.md';

const HEAD = `<!-- Written by \`npm run docs:defaults\` from the options' own documentation. -->

# Defaults

Every option with its default, its unit, what it may be, and where the default comes from. The tables are made from the
documentation beside each option in the source, where there is more to read, and which your editor shows; a test compares
them. A misspelt or impossible option of the module or of a handler fails bootstrap, and the error says what it may be.
`;

/** Units, by the words that the documentation has for them. The first that fits counts. */
const UNITS: readonly (readonly [RegExp, string])[] = [
  [/milliseconds/i, 'ms'],
  [/calls of one stream/, 'calls'],
  [/the most records/i, 'records'],
  [/KiB per second/, 'KiB/s'],
  [/calls per second/i, 'calls/s'],
  [/records per second/, 'records/s'],
  [/bytes/i, 'bytes'],
  [/records/i, 'records'],
  [/shards/i, 'shards'],
  [/calls/i, 'calls'],
  [/attempts/i, 'attempts'],
  [/how often/i, 'times'],
];

const LIMITS = [
  /\d[\d ]* to \d[\d ]*\d|\d+ to \d+/,
  /\d[\d ]* or more(?:, `Infinity` allowed)?/,
  /above 0, at most \d+/,
  /\d[\d ]*\d, which is one answer of GetRecords \(AWS limit\), or more/,
];

/** The page as the source would have it. */
export async function renderDefaults(): Promise<string> {
  const options = await prettier.resolveConfig(join(ROOT, PAGE));
  const text = [HEAD, ...TABLES.map(renderTable)].join('\n');
  return prettier.format(text, { ...options, parser: 'markdown' });
}

function renderTable({ heading, about, file, interfaceName }: TableSource): string {
  const rows = readOptions(file, interfaceName)
    .filter(({ text }) => text !== 'For tests.')
    .map((option) => `| ${cellsOf(option).map(escapeCell).join(' | ')} |`);
  const head = '| option | default | type, unit | may be | the default, explained |\n| - | - | - | - | - |';
  return `## ${heading}\n\n${about}\n\n${head}\n${rows.join('\n')}\n`;
}

function cellsOf(option: Option): string[] {
  const [value, explanation] = defaultOf(option);
  return [`\`${option.name}\``, value, unitOf(option), limitsOf(option), explanation];
}

/** The default itself, and what its documentation says behind it. */
function defaultOf({ isRequired, type, defaultValue }: Option): [value: string, explanation: string] {
  if (defaultValue === undefined && /^Kinesis\w+Options$/.test(type)) return ['see below', ''];
  if (defaultValue === undefined) return [isRequired ? 'required' : 'none', ''];
  const split = /^(`[^`]+`|[\d_]+|none|no)(?:$|[:;,] (.*)| \((.*)\)$| (\(.*))/.exec(defaultValue);
  if (!split) return [defaultValue, ''];
  const [, value = '', ...explanations] = split;
  return [value, explanations.find((text) => text !== undefined) ?? ''];
}

function unitOf({ type, text }: Option): string {
  const number = /^number(?: \| ('.*'))?$/.exec(type);
  if (!number) return `\`${type}\``;
  const [, orElse] = number;
  const unit = UNITS.find(([words]) => words.test(text))?.[1] ?? 'number';
  return orElse === undefined ? unit : `${unit}, or \`${orElse}\``;
}

function limitsOf({ type, text }: Option): string {
  if (!/^number\b/.test(type)) return '';
  const found = LIMITS.map((limits) => limits.exec(text)?.[0]).find((limits) => limits !== undefined);
  return found ?? '';
}

function escapeCell(text: string): string {
  return text.replaceAll('|', '\\|').replace(/\{@link ([\w.]+)\}/g, '`$1`');
}
