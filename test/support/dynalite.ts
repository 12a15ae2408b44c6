import { once } from 'node:events';
import { createRequire } from 'node:module';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';

const createDynalite = createRequire(import.meta.url)('dynalite') as (options: object) => Server;

/** What a client of a local DynamoDB needs; no request leaves the machine. */
export function dynamoDbConfig(endpoint: string) {
  return { endpoint, region: 'us-east-1', credentials: { accessKeyId: 'local', secretAccessKey: 'local' } };
}

/** A DynamoDB in this process: dynalite, in memory only. */
export class Dynalite {
  private readonly clients: DynamoDBClient[] = [];

  private constructor(private readonly server: Server) {}

  static async start(): Promise<Dynalite> {
    const server = createDynalite({ createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new Dynalite(server);
  }

  get endpoint(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  client(): DynamoDBClient {
    const client = new DynamoDBClient(dynamoDbConfig(this.endpoint));
    this.clients.push(client);
    return client;
  }

  async stop(): Promise<void> {
    for (const client of this.clients) client.destroy();
    this.server.closeAllConnections();
    const closed = once(this.server, 'close');
    this.server.close();
    await closed;
  }
}
