import { SingleBar, Presets } from 'cli-progress';

/** Shows how far the replay is: a bar on a terminal, a line now and then elsewhere. */
export interface Progress {
  update(put: number, handled: number): void;
  stop(): void;
}

/** Lines of a plain log for one replay. */
const PLAIN_LINES = 10;

export function createProgress(total: number, out: NodeJS.WriteStream): Progress {
  return out.isTTY ? barProgress(total) : plainProgress(total, out);
}

function barProgress(total: number): Progress {
  const format =
    '  {bar} {percentage}%  {put} acknowledged, {value} of {total} handled  {duration_formatted}';
  const bar = new SingleBar({ format, hideCursor: true }, Presets.shades_classic);
  bar.start(total, 0, { put: 0 });
  return {
    update: (put, handled) => bar.update(handled, { put }),
    stop: () => bar.stop(),
  };
}

function plainProgress(total: number, out: NodeJS.WriteStream): Progress {
  let next = 0;
  return {
    update: (put, handled) => {
      if (handled < next) return;
      next = handled + total / PLAIN_LINES;
      out.write(`  ${put} acknowledged, ${handled} of ${total} handled\n`);
    },
    stop: () => undefined,
  };
}
