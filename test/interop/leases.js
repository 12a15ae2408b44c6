import { DynamoDBClient, GetItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { clientConfig } from './dynamodb-local.js';

/** The row in which a KCL 3.x says which protocol its fleet follows. */
const FLEET_VERSION = 'Migration3.0';

/** A KCL's table of leases, read without any code of this package. */
export class Leases {
  #table;
  #client;

  /** @param table which is also the name of the application */
  constructor(dynamodb, table) {
    this.#table = table;
    this.#client = new DynamoDBClient(clientConfig(dynamodb));
  }

  async all() {
    const rows = await this.rows();
    return rows.filter(({ leaseCounter }) => leaseCounter !== undefined).map(leaseOf);
  }

  /** Those of shards that have not ended. */
  async open() {
    return (await this.all()).filter(({ checkpoint }) => checkpoint !== 'SHARD_END');
  }

  /** How many leases of shards that have not ended each worker has. */
  async loads() {
    const loads = new Map();
    for (const { owner } of await this.open()) loads.set(owner, (loads.get(owner) ?? 0) + 1);
    return loads;
  }

  /** The rows as they are, those that are no leases included; none while there is no table. */
  async rows() {
    const { Items = [] } = await this.#found(
      new ScanCommand({ TableName: this.#table, ConsistentRead: true }),
    );
    return Items;
  }

  /** The protocol that the KCL's fleet follows; undefined where there is no KCL 3.x. */
  async fleetVersion() {
    const row = (await this.rows()).find(({ leaseKey }) => leaseKey.S === FLEET_VERSION);
    return (row ?? (await this.#coordinatorState()))?.cv.S;
  }

  close() {
    this.#client.destroy();
  }

  /** Where a KCL up to 3.4 keeps its state. */
  async #coordinatorState() {
    const TableName = `${this.#table}-CoordinatorState`;
    return (await this.#found(new GetItemCommand({ TableName, Key: { key: { S: FLEET_VERSION } } }))).Item;
  }

  async #found(command) {
    try {
      return await this.#client.send(command);
    } catch (error) {
      if (error.name === 'ResourceNotFoundException') return {};
      throw error;
    }
  }
}

function leaseOf({ leaseKey, leaseOwner, checkpoint, checkpointSubSequenceNumber }) {
  return {
    shardId: leaseKey.S,
    owner: leaseOwner?.S,
    checkpoint: checkpoint.S,
    subSequenceNumber: Number(checkpointSubSequenceNumber.N),
  };
}
