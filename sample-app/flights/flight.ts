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

/** A flight as an airport reports it: which one it is can be relied on, every other field may be broken. */
export type FlightReport = Pick<Flight, 'index' | 'origin'> & {
  [Field in 'date' | 'delay' | 'distance' | 'destination']?: unknown;
};

/** Whether a request's item can be put: Kinesis takes no empty partition key. Whoever consumes it looks at the rest. */
export function isFlightReport(value: unknown): value is FlightReport {
  if (typeof value !== 'object' || value === null) return false;
  const { origin, index } = value as Partial<FlightReport>;
  return typeof origin === 'string' && origin !== '' && Number.isInteger(index);
}
