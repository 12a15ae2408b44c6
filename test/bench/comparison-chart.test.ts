import { type Chart, drawCharts } from '../../bench/comparison-chart.js';

const PRODUCER: Chart = {
  title: 'Producer: records per CPU second',
  bars: [
    { label: 'SDK, one by one', whose: 'reference', times: 0.002 },
    { label: 'SDK <base> & co', whose: 'reference', times: 1 },
    { label: 'another', whose: 'peer', times: 1.25 },
    { label: 'nestjs-kinesis, KPL', whose: 'ours', times: 2.5 },
  ],
};
const CONSUMER: Chart = { title: 'Consumer', bars: [{ label: 'ours', whose: 'ours', times: 0.5 }] };

/** The widths of the bars; the legend's squares are left out. */
function bars(svg: string): number[] {
  return [...svg.matchAll(/<rect x="480" y="[\d.]+" width="([\d.]+)" height="16"/g)].map(([, width]) =>
    Number(width),
  );
}

it('draws bars as long as their figures, the longest of each chart over its whole width', () => {
  const [single = 0, base = 0, peer = 0, ours = 0, consumer = 0] = bars(drawCharts([PRODUCER, CONSUMER]));
  expect(peer / base).toBeCloseTo(1.25, 2);
  expect(ours / base).toBeCloseTo(2.5, 2);
  expect(single).toBeGreaterThanOrEqual(1);
  expect(consumer / ours).toBeCloseTo(0.5, 2);
});

it('says each figure, and does not make nothing of a small one', () => {
  const svg = drawCharts([PRODUCER]);
  expect([...svg.matchAll(/>([\d.]+) ×</g)].map(([, figure]) => figure)).toEqual([
    '0.002',
    '1.00',
    '1.25',
    '2.50',
  ]);
});

it('marks where the reference is', () => {
  const svg = drawCharts([PRODUCER]);
  const [, base = 0] = bars(svg);
  expect(svg).toContain(`<line x1="${480 + base}" x2="${480 + base}"`);
});

it('escapes what people write into labels', () => {
  const svg = drawCharts([PRODUCER]);
  expect(svg).toContain('SDK &lt;base&gt; &amp; co');
  expect(svg).not.toContain('<base>');
});

it('is one element, with as many opened as closed', () => {
  const svg = drawCharts([PRODUCER, CONSUMER]);
  const opened = [...svg.matchAll(/<(?:svg|title|text)\b/g)].length;
  expect([...svg.matchAll(/<\/(?:svg|title|text)>/g)]).toHaveLength(opened);
  expect(svg.startsWith('<svg ')).toBe(true);
  expect(svg.trimEnd().endsWith('</svg>')).toBe(true);
});

it('keeps everything within the picture', () => {
  const svg = drawCharts([PRODUCER, CONSUMER]);
  const height = Number(/ height="(\d+)" viewBox/.exec(svg)?.[1]);
  const ys = [...svg.matchAll(/ y[12]?="([\d.]+)"/g)].map(([, y]) => Number(y));
  expect(Math.max(...ys)).toBeLessThan(height);
  expect(Math.min(...ys)).toBeGreaterThanOrEqual(0);
});

it.each([
  ['white', '#ffffff'],
  ["GitHub's dark grey", '#0d1117'],
])('every colour is legible on %s', (_name, background) => {
  const colours = new Set(
    [...drawCharts([PRODUCER]).matchAll(/(?:fill|stroke)="(#[0-9a-f]{6})"/g)].map(([, c]) => c ?? ''),
  );
  expect(colours.size).toBeGreaterThan(2);
  for (const colour of colours) expect(contrast(colour, background)).toBeGreaterThan(3.5);
});

/** As WCAG 2 has it. */
function contrast(one: string, other: string): number {
  const [darker = 0, lighter = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (lighter + 0.05) / (darker + 0.05);
}

function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const value = parseInt(colour.slice(at, at + 2), 16) / 255;
    return value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
