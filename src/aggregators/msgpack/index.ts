export { MsgpackAggregator } from './msgpack-aggregator.js';
export { MsgpackListAggregator, type MsgpackListOptions } from './msgpack-list-aggregator.js';
export { MsgpackSerializer } from './msgpack-serializer.js';
