/** Where the engine gets its randomness from: jitter, random partition keys, worker ids. */
export interface Random {
  /** A number in [0, 1). */
  next(): number;
}

/** 128 random bits as 32 lower-case hexadecimal digits. */
export function randomId(random: Random): string {
  let id = '';
  for (let word = 0; word < 4; word++) {
    id += Math.floor(random.next() * 2 ** 32)
      .toString(16)
      .padStart(8, '0');
  }
  return id;
}
