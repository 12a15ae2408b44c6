/** One place where an enhancer may be, in everything that could make a difference to whether and how it runs. */
export interface EnhancerCase {
  readonly name: string;
  readonly kind: 'guard' | 'pipe' | 'interceptor' | 'filter';
  readonly place: 'method' | 'class' | 'parameter';
  readonly bound: 'instance' | 'singleton class' | 'request-scoped class' | 'transient class';
  readonly host: (typeof HOSTS)[number];
  readonly hostScope: 'singleton' | 'request-scoped' | 'transient';
  readonly shape: 'record' | 'batch';
}

/** What a case did: in order, and with how many instances. */
export interface Observed {
  readonly events: readonly string[];
  readonly enhancers: number;
  readonly hosts: number;
}

/** Records in the stream; a batch takes all of them. */
export const RECORDS = 2;

const KINDS = ['guard', 'pipe', 'interceptor', 'filter'] as const;
const PLACES = ['method', 'class', 'parameter'] as const;
const BOUND = ['instance', 'singleton class', 'request-scoped class', 'transient class'] as const;
export const HOSTS = ['provider', 'provider with a token', 'controller'] as const;
const HOST_SCOPES = ['singleton', 'request-scoped', 'transient'] as const;
export const SHAPES = ['record', 'batch'] as const;

/** Every combination that Nest has: only pipes go on parameters. */
export function* enhancerCases(): Generator<EnhancerCase> {
  for (const kind of KINDS)
    for (const place of PLACES)
      for (const bound of BOUND)
        for (const host of HOSTS)
          for (const hostScope of HOST_SCOPES)
            for (const shape of SHAPES) {
              if (place === 'parameter' && kind !== 'pipe') continue;
              const name = `${bound} ${kind} on a ${place} of a ${hostScope} ${host}, ${shape}`;
              yield { name, kind, place, bound, host, hostScope, shape };
            }
}

/** What must have happened for a case to work. */
export function expected({ kind, bound, hostScope, shape }: EnhancerCase): Observed {
  const calls = callsOf(shape);
  // What is scoped below makes the handler's class so, too.
  const hosts = hostScope === 'singleton' && bound !== 'request-scoped class' ? 1 : calls;
  return {
    events: Array.from({ length: calls }, () => eventsOf(kind, RECORDS / calls)).flat(),
    enhancers: { instance: 1, 'singleton class': 1, 'request-scoped class': calls, 'transient class': hosts }[
      bound
    ],
    hosts,
  };
}

export function callsOf(shape: EnhancerCase['shape']): number {
  return shape === 'batch' ? 1 : RECORDS;
}

function eventsOf(kind: EnhancerCase['kind'], records: number): string[] {
  switch (kind) {
    case 'guard':
      return ['guard', 'handler'];
    case 'interceptor':
      return ['before', 'handler', 'after'];
    case 'pipe':
      return [...Array.from({ length: records }, () => 'pipe'), 'handler, piped'];
    case 'filter':
      return ['handler', 'filter'];
  }
}
