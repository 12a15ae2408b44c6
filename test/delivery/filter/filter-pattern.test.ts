import { compileFilter, type FilterPattern } from '../../../src/delivery/filter/filter-pattern.js';

const order = {
  type: 'order',
  total: 99.5,
  paid: true,
  note: '',
  coupon: null,
  tags: ['new', 'gift'],
  customer: { country: 'Austria', age: 30 },
};

const matches = (pattern: FilterPattern | readonly FilterPattern[], data: unknown = order): boolean =>
  compileFilter(pattern, 'Orders.onOrder.filter')({ data, partitionKey: 'customer-7' });

it.each<[string, FilterPattern['data'] & object, boolean]>([
  ['a value', { type: ['order'] }, true],
  ['another value', { type: ['refund'] }, false],
  ['one of several values', { type: ['refund', 'order'] }, true],
  ['a number', { total: [99.5] }, true],
  ['a number as text', { total: ['99.5'] }, false],
  ['true', { paid: [true] }, true],
  ['null', { coupon: [null] }, true],
  ['null where there is nothing', { refund: [null] }, false],
  ['the empty text', { note: [''] }, true],
  ['a field of an object', { customer: { country: ['Austria'] } }, true],
  ['a field of what is no object', { type: { country: ['Austria'] } }, false],
  ['all fields', { type: ['order'], paid: [false] }, false],
  ['an element of a list', { tags: ['gift'] }, true],
  ['no element of a list', { tags: ['old'] }, false],
  ['prefix', { type: [{ prefix: 'or' }] }, true],
  ['suffix', { type: [{ suffix: 'or' }] }, false],
  ['equals-ignore-case', { customer: { country: [{ 'equals-ignore-case': 'aUSTRIA' }] } }, true],
  ['exists', { coupon: [{ exists: true }] }, true],
  ['exists, of what does not', { refund: [{ exists: true }] }, false],
  ['exists false', { refund: [{ exists: false }] }, true],
  ['exists false, of what does', { type: [{ exists: false }] }, false],
  ['numeric =', { total: [{ numeric: ['=', 99.5] }] }, true],
  ['numeric range', { total: [{ numeric: ['>', 50, '<=', 99.5] }] }, true],
  ['numeric range, outside', { total: [{ numeric: ['>=', 0, '<', 99.5] }] }, false],
  ['numeric, of a text', { type: [{ numeric: ['>', 0] }] }, false],
  ['anything-but a value', { type: [{ 'anything-but': 'refund' }] }, true],
  ['anything-but values', { type: [{ 'anything-but': ['refund', 'order'] }] }, false],
  ['anything-but a prefix', { type: [{ 'anything-but': { prefix: 'or' } }] }, false],
  ['anything-but, of what is not there', { refund: [{ 'anything-but': 'x' }] }, false],
  ['$or', { $or: [{ type: ['refund'] }, { total: [{ numeric: ['>', 50] }] }] }, true],
  ['$or beside a field', { paid: [false], $or: [{ type: ['order'] }] }, false],
  ['what every object has', { toString: [{ exists: true }] }, false],
])('%s', (_what, data, expected) => {
  expect(matches({ data })).toBe(expected);
});

it('looks at the partition key, too', () => {
  expect(matches({ partitionKey: [{ prefix: 'customer-' }], data: { type: ['order'] } })).toBe(true);
  expect(matches({ partitionKey: ['customer-8'] })).toBe(false);
});

it('of several patterns one must match', () => {
  expect(matches([{ data: { type: ['refund'] } }, { data: { paid: [true] } }])).toBe(true);
  expect(matches([{ data: { type: ['refund'] } }, { data: { paid: [false] } }])).toBe(false);
});

it('does not match what is no object', () => {
  expect(matches({ data: { type: ['order'] } }, 'order')).toBe(false);
  expect(matches({ data: { type: ['order'] } }, null)).toBe(false);
});

it.each<[string, unknown, RegExp]>([
  ['a value without a list', { data: { type: 'order' } }, /filter\.data\.type/],
  ['an empty list', { data: { type: [] } }, /filter\.data\.type: a list of alternatives/],
  ['no pattern', [], /filter: a list of patterns/],
  ['a pattern of nothing', { data: {} }, /filter\.data: a pattern is an object/],
  ['an unknown operator', { data: { type: [{ matches: 'x' }] } }, /an operator is one of prefix/],
  ['two operators at once', { data: { type: [{ prefix: 'x', suffix: 'y' }] } }, /an operator is one of/],
  ['a prefix of a number', { data: { type: [{ prefix: 1 }] } }, /prefix: takes a text/],
  ['half a comparison', { data: { total: [{ numeric: ['>'] }] } }, /numeric: takes one or two/],
  ['an unknown comparison', { data: { total: [{ numeric: ['~', 1] }] } }, /numeric: takes one or two/],
  ['exists with a text', { data: { type: [{ exists: 'yes' }] } }, /exists: takes true or false/],
  ['something else of the record', { body: { type: ['order'] } }, /filter\.body: a pattern has "data"/],
])('is refused at once: %s', (_what, pattern, problem) => {
  expect(() => compileFilter(pattern as FilterPattern, 'Orders.onOrder.filter')).toThrow(problem);
});
