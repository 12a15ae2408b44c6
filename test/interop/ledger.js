/** What the KPL says it put and what the KCL says it got, told line by line by the Java programs. */
export class Ledger {
  acknowledged = new Map();
  failed = new Map();
  done = false;
  consumed = new Map();
  started = [];
  ended = [];
  stopped = false;
  #lastOfShard = new Map();
  outOfOrder = 0;
  aggregated = 0;

  producerLine(line) {
    const [event, number, shard, ...rest] = line.split(' ');
    if (event === 'ACK') this.acknowledged.set(`record-${number}`, shard);
    else if (event === 'FAIL') this.failed.set(`record-${number}`, [shard, ...rest].join(' '));
    else if (event === 'DONE') this.done = true;
  }

  consumerLine(line) {
    const [event, shard, sequence, sub, data] = line.split(' ');
    if (event === 'REC') this.#record(shard, sequence, sub, data);
    else if (event === 'START') this.started.push(shard);
    else if (event === 'END') this.ended.push(shard);
    else if (event === 'STOPPED') this.stopped = true;
  }

  #record(shard, sequence, sub, data) {
    this.consumed.set(data, (this.consumed.get(data) ?? 0) + 1);
    if (sub !== '0') this.aggregated++;
    const position = (BigInt(sequence) << 64n) + BigInt(sub);
    if (position <= (this.#lastOfShard.get(shard) ?? -1n)) this.outOfOrder++;
    this.#lastOfShard.set(shard, position);
  }

  get missing() {
    return [...this.acknowledged.keys()].filter((data) => !this.consumed.has(data));
  }

  get duplicates() {
    return [...this.consumed.values()].filter((times) => times > 1).length;
  }
}
