import { GetItemCommand, ResourceNotFoundException } from '@aws-sdk/client-dynamodb';
import { KinesisConfigurationError } from '../../errors.js';
import { isLeaseRow, KCL, numberOf, type Row, text, textOf } from './attributes.js';
import { BESIDE_VERSION_3 } from './beside-version-3.js';
import { type Ownership, sessionTimeoutOf } from './ownership.js';
import type { CallEnvironment } from './table-calls.js';
import { translateError } from './translate-error.js';

/** The row in which the KCL since 3.0 says which protocol its fleet follows. */
const CLIENT_VERSION_ROW = 'Migration3.0';

/** Milliseconds in which a living KCL worker renews its leases: its `failoverTimeMillis` / 3, 3.3 s by default. */
const RENEWAL_PERIOD = 5_000;

/** The counters of leases whose owners are not of this package. */
type Sightings = Map<string, { owner: string; counter: number | undefined }>;

/** Finds KCL workers that live: only by their counters' moving, since no clock of another machine counts. */
export class KclFleet {
  private sightings: Sightings = new Map();

  constructor(
    private readonly environment: CallEnvironment,
    private readonly table: string,
    private readonly ownership: Ownership,
  ) {}

  /**
   * Looks twice, if there are leases in the hands of others.
   *
   * @throws KinesisConfigurationError if one of them lives
   */
  async refuseLiving(scan: () => Promise<Row[]>): Promise<void> {
    this.refuseMoved(await scan());
    if (this.sightings.size === 0) return;
    await this.environment.clock.sleep(RENEWAL_PERIOD);
    this.refuseMoved(await scan());
  }

  /** @throws KinesisConfigurationError if a lease of another software's worker was renewed since the last look */
  refuseMoved(rows: readonly Row[]): void {
    const before = this.sightings;
    this.sightings = this.foreign(rows);
    for (const [key, { owner, counter }] of this.sightings) {
      const seen = before.get(key);
      if (!seen || seen.owner !== owner || seen.counter === counter) continue;
      throw new KinesisConfigurationError(
        `A KCL worker ("${owner}") is alive on the DynamoDB table "${this.table}". Stop the KCL's workers before ` +
          'this application takes over, or set "mode: \'beside-2.x\'" of DynamoDbCheckpointer beside a KCL 2.x.',
      );
    }
  }

  /** @throws KinesisConfigurationError if the fleet follows the protocol of 3.x, whose leader assigns the leases */
  async refuseVersion3(application: string, rows: readonly Row[]): Promise<void> {
    const inTable = rows.find((row) => textOf(row, KCL.leaseKey) === CLIENT_VERSION_ROW);
    const version = textOf(inTable ?? (await this.coordinatorState(application)) ?? {}, 'cv');
    if (version === undefined || !version.startsWith('CLIENT_VERSION_3X')) return;
    throw new KinesisConfigurationError(
      `The KCL fleet on the DynamoDB table "${this.table}" follows the protocol of 3.x (${version}). ` +
        `${BESIDE_VERSION_3}.`,
    );
  }

  private foreign(rows: readonly Row[]): Sightings {
    const sightings: Sightings = new Map();
    for (const row of rows) {
      const owner = this.ownership.ownerOf(row);
      if (!isLeaseRow(row) || owner === undefined || sessionTimeoutOf(row, owner) !== undefined) continue;
      const counter = numberOf(row, KCL.leaseCounter);
      sightings.set(textOf(row, KCL.leaseKey) ?? '', { owner, counter });
    }
    return sightings;
  }

  /**
   * Up to 3.4 the row is in a table of its own, which a KCL 2.x does not have. It bears the KCL's application name: that
   * is what the lease table is called unless both sides were told otherwise.
   */
  private async coordinatorState(application: string): Promise<Row | undefined> {
    for (const name of new Set([this.table, application])) {
      const row = await this.clientVersion(`${name}-CoordinatorState`);
      if (row) return row;
    }
    return undefined;
  }

  private async clientVersion(table: string): Promise<Row | undefined> {
    const command = new GetItemCommand({ TableName: table, Key: { key: text(CLIENT_VERSION_ROW) } });
    try {
      return (await this.environment.client.send(command)).Item;
    } catch (error) {
      if (error instanceof ResourceNotFoundException) return undefined;
      throw translateError(error, 'GetItem', table);
    }
  }
}
