import type { DeadLetterEnvelope as DeadLetter } from 'nestjs-kinesis';

/** A letter of the stream orders; its id goes with its place. */
export function deadLetter(fields: Partial<DeadLetter> = {}): DeadLetter {
  const { stream = 'orders', shardId = 'shardId-000000000000', sequenceNumber = '1' } = fields;
  const { subSequenceNumber = 0 } = fields;
  return {
    version: 1,
    id: `${stream}/${shardId}/${sequenceNumber}/${subSequenceNumber}`,
    application: 'billing',
    handler: 'OrdersController.onOrder',
    stream,
    shardId,
    sequenceNumber,
    subSequenceNumber,
    partitionKey: 'key',
    arrivalTime: 1_767_225_600_000,
    attempts: 3,
    failedAt: 1_767_225_601_000,
    error: { name: 'TypeError', message: 'no total' },
    data: Buffer.from('{"order":1}'),
    ...fields,
  };
}
