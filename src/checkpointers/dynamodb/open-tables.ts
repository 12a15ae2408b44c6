import type { LeaseScope } from '../checkpointer.js';
import { checkTableName, type DynamoDbCheckpointerOptions } from './dynamodb-options.js';
import { KclFleet } from './kcl-fleet.js';
import { type LeaseLayout, layoutOf } from './lease-layout.js';
import { LeaseTable } from './lease-table.js';
import type { Ownership } from './ownership.js';
import { type CallEnvironment, TableCalls } from './table-calls.js';
import { prepareTable } from './table-setup.js';

interface Table {
  readonly calls: TableCalls;
  readonly fleet: KclFleet;
}

/** A scope whose table is ready. */
export interface OpenScope extends Table {
  readonly layout: LeaseLayout;
  readonly leases: LeaseTable;
}

/** The tables in use: each is made ready, and looked at for a KCL that lives, once. What fails is tried anew. */
export class OpenTables {
  private readonly tables = new Map<string, Promise<Table>>();
  private readonly scopes = new Map<string, Promise<OpenScope>>();

  constructor(
    private readonly environment: CallEnvironment & { readonly kclMayLive?: boolean },
    private readonly options: DynamoDbCheckpointerOptions,
    private readonly ownership: Ownership,
  ) {}

  scope(scope: LeaseScope): Promise<OpenScope> {
    const name = JSON.stringify([scope.application, scope.streamName]);
    return once(this.scopes, name, () => this.openScope(scope));
  }

  table(name: string, application: string): Promise<Table> {
    return once(this.tables, name, () => this.openTable(name, application));
  }

  private async openScope(scope: LeaseScope): Promise<OpenScope> {
    const { tableName = scope.application, streamIdentifiers, unresolvedStart } = this.options;
    const name = checkTableName(typeof tableName === 'function' ? tableName(scope) : tableName);
    const layout = layoutOf(name, scope, streamIdentifiers);
    const table = await this.table(name, scope.application);
    const { ownership } = this;
    const leases = new LeaseTable({ calls: table.calls, layout, ownership, unresolvedStart });
    return { ...table, layout, leases };
  }

  private async openTable(name: string, application: string): Promise<Table> {
    const calls = new TableCalls(this.environment, name);
    const fleet = new KclFleet(this.environment, name, this.ownership);
    await prepareTable(this.environment, name, this.options.createTable ?? false);
    if (this.options.mode === 'beside-2.x') await fleet.refuseVersion3(application, await calls.scan());
    else if (!this.environment.kclMayLive) await fleet.refuseLiving(() => calls.scan());
    return { calls, fleet };
  }
}

function once<T>(known: Map<string, Promise<T>>, name: string, open: () => Promise<T>): Promise<T> {
  let opened = known.get(name);
  if (!opened) {
    opened = open();
    known.set(name, opened);
    opened.catch(() => known.delete(name));
  }
  return opened;
}
