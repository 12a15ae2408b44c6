import { SingleBar, Presets } from 'cli-progress';

/** Shows how far the replay is: a bar on a terminal, a line now and then elsewhere. */
export interface Progress {
  update(put: number, settled: number): void;
  stop(): void;
}

/** Lines of a plain log for one replay. */
const PLAIN_LINES = 10;

export function createProgress(total: number, out: NodeJS.WriteStream): Progress {
  return out.isTTY ? barProgress(total) : plainProgress(total, out);
}

function barProgress(total: number): Progress {
  const format =
    '  {bar} {percentage}%  {put} acknowledged, {value} of {total} handled or dead-lettered  {duration_formatted}';
  const bar = new SingleBar({ format, hideCursor: true }, Presets.shades_classic);
  bar.start(total, 0, { put: 0 });
  return {
    update: (put, settled) => bar.update(settled, { put }),
    stop: () => bar.stop(),
  };
}

function plainProgress(total: number, out: NodeJS.WriteStream): Progress {
  let next = 0;
  return {
    update: (put, settled) => {
      if (settled < next) return;
      next = settled >= total ? Infinity : Math.min(settled + total / PLAIN_LINES, total);
      out.write(`  ${put} acknowledged, ${settled} of ${total} handled or dead-lettered\n`);
    },
    stop: () => undefined,
  };
}
