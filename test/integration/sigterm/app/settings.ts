import type { LocalClientConfig } from 'nestjs-kinesis/testing';

export const APPLICATION = 'terminated';
export const ORDERS = 'orders';
export const RECEIPTS = 'receipts';

/** What the app is told, as JSON in its only argument. */
export interface AppSettings {
  readonly kinesis: LocalClientConfig;
  /** What its streams are called in the service. */
  readonly ordersStream: string;
  readonly receiptsStream: string;
  /** The file it writes every handler call to. */
  readonly journal: string;
}

/** The n-th record of its key. */
export interface Order {
  readonly key: string;
  readonly n: number;
}

/** Sent to the parent once SIGTERM is listened for, before anything has started. */
export const LISTENING = 'listening';

/** Asks the app what its consumers are at: for the message of a run that is stuck. */
export const STATUS = 'status';

export interface StatusAnswer {
  readonly status: unknown;
}

/** A call of the store, which lives in the parent. */
export interface StoreCall {
  readonly id: number;
  readonly method: string;
  readonly args: readonly unknown[];
}

export interface StoreAnswer {
  readonly id: number;
  readonly answer: unknown;
}
