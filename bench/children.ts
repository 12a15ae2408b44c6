import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** Starts a module in a process of its own, to which messages can be sent. */
export function forkModule(
  module: URL,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  flags: readonly string[] = [],
): ChildProcess {
  return fork(fileURLToPath(module), args, {
    // The SDK says of each process that Node 20 will not be supported for ever.
    env: { ...env, AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
    execArgv: [...flags, ...profiling()],
  });
}

/** `BENCH_PROFILE=<folder>` writes a CPU profile of each process there. */
function profiling(): string[] {
  const { BENCH_PROFILE: folder } = process.env;
  return folder === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${folder}`];
}

/** The next message of a child; it must not end before. */
export async function message<T>(child: ChildProcess): Promise<T> {
  const given = new AbortController();
  const { signal } = given;
  const ended = once(child, 'exit', { signal }).then(([code]) => {
    throw new Error(`a process of the benchmark ended with ${String(code)}`);
  });
  try {
    const [content] = (await Promise.race([once(child, 'message', { signal }), ended])) as [T];
    return content;
  } finally {
    ended.catch(() => undefined);
    given.abort();
  }
}
