import type { GetRecordsOutput } from '@aws-sdk/client-kinesis';
import { toRecordsPage } from '../../src/client/api-shapes.js';

it.each([
  ['left out', {}],
  ['null', { NextShardIterator: null }],
  ['empty', { NextShardIterator: '' }],
])('a next iterator that is %s is none', (_what, fields) => {
  const output = { Records: [], MillisBehindLatest: 0, ...fields } as unknown as GetRecordsOutput;
  expect(toRecordsPage(output)).toEqual({ records: [], millisBehindLatest: 0, childShards: [] });
});

it('a next iterator that is there is kept', () => {
  const output = { Records: [], MillisBehindLatest: 0, NextShardIterator: 'next' };
  expect(toRecordsPage(output)).toMatchObject({ nextIterator: 'next' });
});
