import type { Terminal } from '../terminal.js';
import { loadFrame } from './framing.js';
import type { KinesisConnection } from './kinesis-connection.js';
import { isMeant, keyOf } from './letter-filter.js';
import type { FoundLetter, LetterBatch, LetterSource } from './letter-source.js';
import { PutBack } from './put-back.js';
import type { RedriveArguments } from './redrive-arguments.js';
import { RedriveSummary } from './redrive-summary.js';

/** Takes the letters of a source, and puts back those that are meant. */
export class Redrive {
  private readonly summary = new RedriveSummary();
  /** What this run has put back, or would have: the same letter may have been sent twice. */
  private readonly taken = new Set<string>();

  constructor(
    private readonly options: RedriveArguments,
    private readonly source: LetterSource,
    private readonly connection: KinesisConnection,
    private readonly terminal: Terminal,
  ) {}

  /** @throws Error when it was stopped, or something could not be read or put back; the summary is printed all the same */
  async run(signal: AbortSignal): Promise<void> {
    const { framing, rate } = this.options;
    const putBack = new PutBack(this.connection, await loadFrame(framing), rate);
    try {
      for await (const batch of this.source.batches(signal)) await this.take(batch, putBack, signal);
    } catch (error) {
      if (!signal.aborted) throw error;
      throw new Error('it was stopped; start it again to go on', { cause: error });
    } finally {
      this.terminal.stdout.write(this.summary.text(this.source.label, this.options.write));
    }
    if (this.summary.unreadable > 0) {
      throw new Error(
        `${this.summary.unreadable} letters of ${this.source.label} cannot be read; they were left`,
      );
    }
  }

  private async take(batch: LetterBatch, putBack: PutBack, signal: AbortSignal): Promise<void> {
    const { summary, options } = this;
    summary.redriven += batch.redriven;
    summary.unreadable += batch.unreadable.length;
    for (const line of batch.unreadable) this.terminal.stderr.write(`${this.source.label}: ${line}\n`);
    const meant = batch.letters.filter(({ letter }) => isMeant(options.filter, letter));
    summary.others += batch.letters.length - meant.length;
    const fresh: FoundLetter[] = [];
    const again: FoundLetter[] = [];
    for (const found of meant) (this.takeKey(found) ? fresh : again).push(found);
    for (const [target, letters] of this.byTarget(fresh))
      await this.putInto(target, letters, putBack, signal);
    summary.again += again.length;
    if (options.write && again.length > 0) await this.source.done(again);
  }

  private async putInto(
    target: string,
    letters: readonly FoundLetter[],
    putBack: PutBack,
    signal: AbortSignal,
  ): Promise<void> {
    if (!this.options.write) {
      this.summary.add(letters, target);
      return;
    }
    for await (const stored of putBack.put(target, letters, signal)) {
      await this.source.done(stored);
      this.summary.add(stored, target);
    }
  }

  private takeKey({ letter }: FoundLetter): boolean {
    const key = keyOf(letter);
    if (this.taken.has(key)) return false;
    this.taken.add(key);
    return true;
  }

  private byTarget(letters: readonly FoundLetter[]): Map<string, FoundLetter[]> {
    const targets = new Map<string, FoundLetter[]>();
    for (const found of letters) {
      const target = this.targetOf(found.letter.stream);
      const group = targets.get(target);
      if (group) group.push(found);
      else targets.set(target, [found]);
    }
    return targets;
  }

  /** A stream for all is meant for those of one: nobody wants the records of several streams in one by mistake. */
  private targetOf(stream: string): string {
    const { byName, others } = this.options.to;
    const named = byName.get(stream);
    if (named !== undefined) return named;
    if (others === undefined) return stream;
    this.unnamed ??= stream;
    if (this.unnamed === stream) return others;
    throw new Error(
      `there are letters of the streams ${this.unnamed} and ${stream}: say where those of each go, ` +
        `--to ${this.unnamed}=… --to ${stream}=…, or choose with --stream`,
    );
  }

  /** The stream whose letters go where `--to` without a name says. */
  private unnamed: string | undefined;
}
