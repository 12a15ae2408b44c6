import { EventEmitter } from 'node:events';

/** Stands in for the process: collects what is printed, and can be sent signals. */
export class TestTerminal extends EventEmitter {
  output = '';
  errors = '';
  readonly stdout = {
    write: (text: string): void => {
      this.output += text;
      this.emit('printed');
    },
  };
  readonly stderr = { write: (text: string): void => void (this.errors += text) };
}
