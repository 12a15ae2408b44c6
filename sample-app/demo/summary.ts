import type { DeadLetterReason } from '../dead-letters/dead-letter-reasons.js';
import { HANDLERS, type Ledger } from '../ledger/ledger.js';
import type { HandlerTime } from '../timing/handler-times.js';

type Cell = string | number;

/** What became of the flights, handler by handler. */
export function drawAccounts(ledger: Ledger): string {
  const rows = HANDLERS.map((handler) => {
    const { handled, deadLettered, lost, duplicates, outOfOrder } = ledger.resultOf(handler);
    return [handler, handled, deadLettered, lost, duplicates, outOfOrder];
  });
  return drawTable(['handler', 'handled', 'dead-lettered', 'lost', 'duplicates', 'out of order'], rows);
}

/** What the interceptor saw. */
export function drawTimes(times: readonly HandlerTime[]): string {
  const rows = times.map(({ handler, calls, total }) => [handler, calls, (total / calls).toFixed(3)]);
  return drawTable(['method', 'calls', 'mean ms'], rows);
}

/** Why flights were put aside. */
export function drawReasons(reasons: readonly DeadLetterReason[]): string {
  const rows = reasons
    .map(({ handler, message, letters }) => [handler, letters, message])
    .sort((a, b) => (String(a) < String(b) ? -1 : 1));
  return drawTable(['handler', 'dead letters', 'because'], rows);
}

function drawTable(head: string[], rows: Cell[][]): string {
  const lines = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...lines.map((line) => String(line[column]).length)));
  const draw = (line: Cell[]): string =>
    line.map((cell, column) => pad(cell, widths[column] ?? 0)).join('  ');
  return lines.map((line) => `  ${draw(line)}`.trimEnd()).join('\n');
}

/** Texts to the left, figures and times to the right. */
function pad(cell: Cell, width: number): string {
  return /^[\d.]+$/.test(String(cell)) ? String(cell).padStart(width) : cell.toString().padEnd(width);
}
