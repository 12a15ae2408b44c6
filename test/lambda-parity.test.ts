import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { declaresTest } from './support/declared-tests.js';

const ROOT = join(import.meta.dirname, '..');

/** What Lambda's event source mapping gives users of Kinesis, each as its row begins. */
const OFFERS = [
  '`BatchSize`',
  '`MaximumBatchingWindowInSeconds`',
  '`ParallelizationFactor`',
  'Order',
  '`TumblingWindowInSeconds`',
  '`FilterCriteria`',
  '`MaximumRetryAttempts`',
  '`MaximumRecordAgeInSeconds`',
  '`BisectBatchOnFunctionError`',
  '`ReportBatchItemFailures`',
  '`DestinationConfig.OnFailure`',
  "The function's timeout",
  '`StartingPosition: TRIM_HORIZON`',
  '`StartingPosition: LATEST`',
  '`StartingPosition: AT_TIMESTAMP`',
  '`Enabled`',
  'KPL aggregates',
  "A consumer's ARN: enhanced fan-out",
];

interface Row {
  lambda: string;
  here: string;
  /** The tests that are linked: the text is the title, the target the file. */
  tests: { title: string; file: string }[];
}

function readRows(): Row[] {
  const page = readFileSync(join(ROOT, 'docs', 'handlers.md'), 'utf8');
  const [, section = ''] = page.split('## Beside Lambda');
  const lines = section.split('\n').filter((line) => line.startsWith('|'));
  return lines.slice(2).map((line) => {
    const [, lambda = '', here = '', shownBy = ''] = line.split('|').map((cell) => cell.trim());
    const links = [...shownBy.matchAll(/\[(.*?)\]\(\.\.\/(.*?)\)/g)];
    return { lambda, here, tests: links.map(([, title = '', file = '']) => ({ title, file })) };
  });
}

const rows = readRows();

it("the table beside Lambda has a row for each thing that Lambda's event source mapping offers", () => {
  expect(rows.map(({ lambda }) => OFFERS.find((offer) => lambda.startsWith(offer)) ?? lambda)).toEqual(
    OFFERS,
  );
});

it.each(rows)('$lambda: is shown by tests that are there, or said to be missing', ({ here, tests }) => {
  expect(tests.length === 0).toBe(here.startsWith('not yet'));
  const missing = tests.filter(({ file, title }) => {
    const path = join(ROOT, file);
    return !existsSync(path) || !declaresTest(readFileSync(path, 'utf8'), title);
  });
  expect(missing).toEqual([]);
});
