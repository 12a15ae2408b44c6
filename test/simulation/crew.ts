import { SimulatedWorker, type World } from './workers/simulated-worker.js';

/** The workers of a history. */
export class Crew {
  readonly workers: SimulatedWorker[] = [];
  /** Workers that were told to stop and have not yet. */
  readonly leaving = new Set<SimulatedWorker>();
  private count = 0;

  constructor(private readonly world: World) {}

  get all(): SimulatedWorker[] {
    return [...this.workers, ...this.leaving];
  }

  pick(): SimulatedWorker {
    return this.world.dice.pick(this.workers);
  }

  start(): SimulatedWorker {
    const worker = new SimulatedWorker(`w${++this.count}`, this.world);
    this.workers.push(worker);
    worker.start();
    return worker;
  }

  crash(worker: SimulatedWorker): void {
    this.remove(worker);
    worker.crash();
  }

  /** Resolves when the worker has stopped; time must go on meanwhile. */
  async leave(worker: SimulatedWorker, timeout: number): Promise<void> {
    this.remove(worker);
    this.leaving.add(worker);
    await worker.leave(timeout);
    this.leaving.delete(worker);
  }

  private remove(worker: SimulatedWorker): void {
    this.workers.splice(this.workers.indexOf(worker), 1);
  }
}
