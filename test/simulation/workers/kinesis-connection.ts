import type { KinesisGateway, StreamRef } from '../../../src/client/kinesis-gateway.js';
import { lendingPage } from '../../support/lending-page.js';
import type { Connection } from './connection.js';

/** A worker's own way to Kinesis. */
export function gatewayOver(
  gateway: KinesisGateway,
  connection: Connection,
  onGetRecords: (iterator: string) => void,
): KinesisGateway {
  return {
    describeStream: (ref: StreamRef, signal) =>
      connection.call('describeStream', () => gateway.describeStream(ref), signal),
    createStream: (ref, shards, signal) =>
      connection.call('createStream', () => gateway.createStream(ref, shards), signal),
    listShards: (ref, signal, openSince) =>
      connection.call('listShards', () => gateway.listShards(ref, undefined, openSince), signal),
    putRecords: (ref, entries, signal) =>
      connection.call('putRecords', () => gateway.putRecords(ref, entries), signal),
    getShardIterator: (ref, shardId, position, signal) =>
      connection.call('getShardIterator', () => gateway.getShardIterator(ref, shardId, position), signal),
    getRecords: (ref, iterator, limit, signal) => {
      onGetRecords(iterator);
      const read = async () => lendingPage(await gateway.getRecords(ref, iterator, limit));
      return connection.call('getRecords', read, signal);
    },
  };
}
