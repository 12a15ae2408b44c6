/** One flight, as `vega-datasets` has it, with its place in the file and the replay it belongs to. */
export interface Flight {
  /** Local time of departure, `YYYY/MM/DD HH:mm`. */
  date: string;
  /** Minutes late at arrival; negative when early. */
  delay: number;
  /** Miles. */
  distance: number;
  /** IATA code of the airport of departure. */
  origin: string;
  destination: string;
  /** Place in the file, from 0. */
  index: number;
  /** Names one replay: a stream may still hold the flights of earlier ones. */
  run: string;
}

/** Whether a request's item is a flight that can be put: Kinesis takes no empty partition key. */
export function isFlight(value: unknown): value is Flight {
  if (typeof value !== 'object' || value === null) return false;
  const { origin, delay, index } = value as Partial<Flight>;
  return typeof origin === 'string' && origin !== '' && Number.isFinite(delay) && Number.isInteger(index);
}
