import { ratio, type Ratio } from '../ratio.js';
import { circumstances, load, recordResult, recordSection } from '../results.js';
import { format, summarize } from '../statistics.js';
import { COMPRESSIONS, type Compression, FORMATS } from './formats.js';
import { BYTES, capacity, type Fit, measureFits } from './measure.js';

const ROUNDS = 5;
const SHORT_ROUNDS = 3;

const TITLES: Readonly<Record<Compression, string>> = { none: 'plain', gzip: 'gzip', brotli: 'brotli' };

/** How many records per second fit one shard, by what they are packed with. */
export async function run(): Promise<void> {
  const where = circumstances();
  const { fits, busy } = await measureFits(ROUNDS);
  const table = tableOf(fits);
  console.log(table.join('\n'));
  await recordSection('Sizing: records per second and shard', [
    `\`npm run bench -- sizing\`: ${where}, ${load()} after.`,
    '',
    `JSON objects of ${BYTES} B (orders: names of fields repeat, two thirds of the values do not), put without partition keys as`,
    'fast as the producer takes them, to one shard of the local Kinesis with the limits of the service: 1 MiB and 1 000',
    'Kinesis records per second, partition keys included. The options are the defaults: aggregates of 50 KiB, compression at its',
    `lowest level. **Acknowledged** user records per second (median of ${ROUNDS} rounds of 2 s), of how many fit by the bytes that were`,
    'stored; in brackets how many share a Kinesis record, and the bytes of each in it. Other data compresses better or worse. User',
    "records with keys of their own are a Kinesis record each in every format but the KPL's, which has each key in the aggregate:",
    'add its bytes. Three streams are filled side by side, so that processor time may hold up the compressed ones.',
    '',
    ...table,
    '',
    `The client was busy for ${format(busy * 100)} % of the time of one processor; shards refused ${format(total(fits))} Kinesis records in all.`,
  ]);
  await recordResult({
    benchmark: 'sizing',
    circumstances: where,
    ratios: ratiosOf(fits),
    settings: { rounds: ROUNDS, bytes: BYTES },
    details: fits.map((fit) => ({
      ...fit,
      format: fit.format.name,
      recordsPerSecond: summarize(fit.recordsPerSecond),
      capacity: capacity(fit),
    })),
  });
}

export async function remeasure(): Promise<readonly Ratio[]> {
  const { fits } = await measureFits(SHORT_ROUNDS);
  return ratiosOf(fits);
}

/** What fits by its bytes, next to what fits without aggregation and compression: the same on every machine. */
function ratiosOf(fits: readonly Fit[]): Ratio[] {
  const plain = fits.find(({ format: { name }, compression }) => name === 'json' && compression === 'none');
  if (!plain) return [];
  return fits
    .filter((fit) => fit !== plain)
    .map((fit) => {
      const { format: packed, compression } = fit;
      const description = {
        id: `sizing.${packed.name}.${compression}`,
        title: `${packed.title}, ${TITLES[compression]}`,
        better: 'higher',
        tolerance: 0.1,
      } as const;
      return ratio(description, [capacity(fit) / capacity(plain)]);
    });
}

function tableOf(fits: readonly Fit[]): string[] {
  return [
    `| user records per second and shard | ${COMPRESSIONS.map((each) => TITLES[each]).join(' | ')} |`,
    '| --- | --- | --- | --- |',
    ...FORMATS.map(({ name, title }) => {
      const cells = COMPRESSIONS.map((compression) => {
        const fit = fits.find((each) => each.format.name === name && each.compression === compression);
        if (!fit) return '';
        const { recordsPerKinesisRecord: shared, bytesPerKinesisRecord: bytes } = fit;
        const { median } = summarize(fit.recordsPerSecond);
        return `**${format(median)}** of ${format(capacity(fit))} [${format(shared)}, ${format(bytes / shared)} B]`;
      });
      return `| ${title} | ${cells.join(' | ')} |`;
    }),
  ];
}

function total(fits: readonly Fit[]): number {
  return fits.reduce((sum, { throttled }) => sum + throttled, 0);
}
