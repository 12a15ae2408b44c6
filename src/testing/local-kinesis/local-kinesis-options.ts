import { type Clock } from '../../runtime/clock.js';
import { type LimitsOption } from './engine/limits.js';
import { type CertificatePair } from './server/self-signed-certificate.js';

/** A stream that exists from the start. */
export interface LocalStream {
  /** Number of open shards. @defaultValue 1; with `onDemand` the service's own number, 4 */
  readonly shards?: number;
  /** Capacity mode `ON_DEMAND` instead of `PROVISIONED`. @defaultValue false */
  readonly onDemand?: boolean;
}

/** TLS on a port of its own; `cert` and `key`, both PEM, come together or not at all. */
export interface LocalTls extends Partial<CertificatePair> {
  /** @defaultValue 0: any free port */
  readonly port?: number;
}

export interface LocalKinesisOptions {
  /** Streams to begin with, by name; one that was kept by {@link persist} stays as it is. @defaultValue none */
  readonly streams?: Readonly<Record<string, LocalStream>>;
  /**
   * What the local Kinesis refuses: the service's own quotas (`'aws'`), no throughput and no rate (`'none'`), or the
   * service's quotas with changes.
   *
   * @defaultValue `'aws'`
   */
  readonly limits?: LimitsOption;
  /** The port for HTTP without TLS. @defaultValue 0: any free port */
  readonly port?: number;
  /** The address to listen on. @defaultValue `'127.0.0.1'`: this machine only */
  readonly host?: string;
  /**
   * Whether to listen with TLS, too, which some clients insist on. Unless `cert` and `key` (both PEM) are given, a
   * self-signed certificate is made, for which the package `selfsigned` must be installed.
   *
   * @defaultValue false
   */
  readonly tls?: boolean | LocalTls;
  /** Where time comes from: arrival times, rates, expiry, retention. @defaultValue the machine's own clock */
  readonly clock?: Clock;
  /** Makes everything random (shard iterators, faults) come out the same in every run. @defaultValue random */
  readonly seed?: number;
  /**
   * A file to keep streams and records in (as JSON; good for some hundred MB): read at the start, where it exists, and
   * written by `stop()`. What is put after the last `stop()` is lost when the process is killed.
   *
   * @defaultValue none: everything is forgotten
   */
  readonly persist?: string;
  /** The region in ARNs and in the configuration of clients. @defaultValue `'us-east-1'` */
  readonly region?: string;
}
