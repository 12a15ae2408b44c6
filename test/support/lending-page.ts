import type { KinesisRecord, RecordsPage } from '../../src/client/kinesis-gateway.js';
import {
  BORROW,
  keptData,
  LENDER,
  LentBuffer,
  type Lending,
  type Use,
} from '../../src/runtime/lent-buffer.js';

/** What is written over data that have been taken back: no aggregator makes anything of it. */
const SCRAMBLED = 0xfe;

class Lent extends LentBuffer {
  reclaim(): boolean {
    return this.takeBack();
  }
}

class LendingRecord implements KinesisRecord, Lending {
  readonly sequenceNumber: string;
  readonly partitionKey: string;
  readonly arrivalTime: number;
  private readonly bytes: Buffer;

  constructor(
    record: KinesisRecord,
    private readonly page: Lent,
  ) {
    this.sequenceNumber = record.sequenceNumber;
    this.partitionKey = record.partitionKey;
    this.arrivalTime = record.arrivalTime;
    this.bytes = Buffer.from(record.data);
  }

  get data(): Uint8Array {
    return keptData(this);
  }

  get dataBytes(): number {
    return this.bytes.length;
  }

  [BORROW]<T>(use: Use<T>): T {
    this.page.use();
    return use(this.bytes, 0, this.bytes.length);
  }

  get [LENDER](): LentBuffer {
    return this.page;
  }

  scramble(): void {
    this.bytes.fill(SCRAMBLED);
  }
}

/** The page with records that lend their data: what is taken back is written over at once. */
export function lendingPage<Page extends Pick<RecordsPage, 'records'>>(
  page: Page,
): Page & { takeBack: () => void } {
  const lender = new Lent();
  const records = page.records.map((record) => new LendingRecord(record, lender));
  const takeBack = (): void => {
    if (lender.reclaim()) for (const record of records) record.scramble();
  };
  return { ...page, records, takeBack };
}
