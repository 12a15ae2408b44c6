/** One bar: a way to do the work, and how many records it carries on the processor time that the reference takes for one. */
export interface Bar {
  readonly label: string;
  readonly whose: 'ours' | 'peer' | 'reference';
  readonly times: number;
}

export interface Chart {
  readonly title: string;
  readonly bars: readonly Bar[];
}

/** Chosen to be legible on white and on the dark grey of a dark theme: an image in a README does not know which it is on. */
const TEXT = '#6e7781';
const FILLS: Readonly<Record<Bar['whose'], string>> = {
  ours: '#1a8a5a',
  peer: '#8a7f9c',
  reference: '#6e7781',
};

const WIDTH = 1000;
const MARGIN = 16;
/** Where bars begin; labels end before it. */
const ORIGIN = 480;
/** How long the longest bar is; its figure comes behind it. */
const LENGTH = WIDTH - ORIGIN - MARGIN - 70;
const ROW = 26;
const BAR = 16;
const HEADING = 44;
const LEGEND = 40;

/** A picture of charts below each other, each with a scale of its own and a line at 1. */
export function drawCharts(charts: readonly Chart[]): string {
  let top = MARGIN;
  const drawn = charts.map((chart) => {
    const lines = drawChart(chart, top);
    top += HEADING + chart.bars.length * ROW + MARGIN;
    return lines;
  });
  const height = top + LEGEND;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" ` +
      'font-family="system-ui, -apple-system, Segoe UI, Helvetica, Arial, sans-serif" font-size="13" role="img">',
    `<title>${escape(charts.map(({ title }) => title).join('; '))}</title>`,
    ...drawn.flat(),
    ...drawLegend(top + LEGEND / 2),
    '</svg>',
    '',
  ].join('\n');
}

function drawChart({ title, bars }: Chart, top: number): string[] {
  const scale = LENGTH / Math.max(1, ...bars.map(({ times }) => times));
  const first = top + HEADING;
  const one = round(ORIGIN + scale);
  const bottom = first + bars.length * ROW;
  return [
    `<text x="${MARGIN}" y="${top + 20}" fill="${TEXT}" font-size="15" font-weight="600">${escape(title)}</text>`,
    ...bars.flatMap((bar, index) => drawBar(bar, first + index * ROW, scale)),
    `<line x1="${one}" x2="${one}" y1="${first - 8}" y2="${bottom}" stroke="${TEXT}" stroke-dasharray="3 3"/>`,
  ];
}

function drawBar({ label, whose, times }: Bar, top: number, scale: number): string[] {
  const length = round(Math.max(1, times * scale));
  const middle = top + BAR / 2 + 4.5;
  const weight = whose === 'ours' ? ' font-weight="600"' : '';
  return [
    `<text x="${ORIGIN - 10}" y="${middle}" fill="${TEXT}" text-anchor="end"${weight}>${escape(label)}</text>`,
    `<rect x="${ORIGIN}" y="${top}" width="${length}" height="${BAR}" rx="2" fill="${FILLS[whose]}"/>`,
    `<text x="${ORIGIN + length + 8}" y="${middle}" fill="${TEXT}"${weight}>${figure(times)} ×</text>`,
  ];
}

function drawLegend(y: number): string[] {
  const entries = [
    ['ours', 'nestjs-kinesis'],
    ['peer', 'others'],
    ['reference', 'the SDK by hand'],
  ] as const;
  return entries.flatMap(([whose, text], index) => {
    const x = ORIGIN + index * 150;
    return [
      `<rect x="${x}" y="${y - 10}" width="12" height="12" rx="2" fill="${FILLS[whose]}"/>`,
      `<text x="${x + 18}" y="${y}" fill="${TEXT}">${text}</text>`,
    ];
  });
}

/** Two places that count, so that what is far below one does not become nothing. */
function figure(times: number): string {
  return times >= 0.1 ? times.toFixed(2) : times.toPrecision(1);
}

function round(length: number): number {
  return Math.round(length * 10) / 10;
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
