import { callsOf, type EnhancerCase, HOSTS, type Observed, RECORDS, SHAPES } from './cases.js';

/** One way to make enhancers global, with and without asking for them on handlers. */
export interface GlobalCase {
  readonly name: string;
  readonly via: 'APP_* class' | 'APP_* request-scoped class' | 'APP_* transient class' | 'useGlobal*';
  readonly apply: boolean;
}

type GlobalHandler = Pick<EnhancerCase, 'name' | 'host' | 'shape'>;

const VIA = ['APP_* class', 'APP_* request-scoped class', 'APP_* transient class', 'useGlobal*'] as const;

export function* globalCases(): Generator<GlobalCase> {
  for (const via of VIA)
    for (const apply of [true, false]) {
      yield { name: `${via}, ${apply ? '' : 'not '}applied`, via, apply };
    }
}

export function globalHandlers(name: string): GlobalHandler[] {
  return SHAPES.flatMap((shape) =>
    HOSTS.map((host) => ({
      name: `${name}: ${host}, ${shape}`,
      host,
      shape,
    })),
  );
}

/** What the handlers saw. */
export function expectedOfHandler({ apply }: GlobalCase, { shape }: GlobalHandler): readonly string[] {
  return Array.from({ length: callsOf(shape) }, () => (apply ? 'handler, piped' : 'handler'));
}

/** How often each kind ran, for all handlers of the app together. */
export function expectedOfEnhancers({ apply, name }: GlobalCase): Record<string, number> {
  if (!apply) return {};
  const handlers = globalHandlers(name);
  const calls = handlers.reduce((sum, { shape }) => sum + callsOf(shape), 0);
  return { guard: calls, before: calls, pipe: handlers.length * RECORDS, filter: calls };
}

export function tally({ events }: Observed): Record<string, number> {
  const tallied: Record<string, number> = {};
  for (const event of events) tallied[event] = (tallied[event] ?? 0) + 1;
  return tallied;
}
