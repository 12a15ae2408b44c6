/** What a command sees of the process it runs in; `process` is one. */
export interface Terminal {
  readonly stdout: { write(text: string): unknown };
  readonly stderr: { write(text: string): unknown };
  once(signal: 'SIGINT' | 'SIGTERM', listener: () => void): unknown;
  off(signal: 'SIGINT' | 'SIGTERM', listener: () => void): unknown;
}

/** Resolves when somebody asks the process to stop; a second request then ends it the hard way. */
export function stopRequested(terminal: Terminal): Promise<void> {
  return new Promise((resolve) => {
    const stop = (): void => {
      terminal.off('SIGINT', stop);
      terminal.off('SIGTERM', stop);
      resolve();
    };
    terminal.once('SIGINT', stop);
    terminal.once('SIGTERM', stop);
  });
}
