import { NetstringAggregator, type NetstringOptions } from '../framing/netstring-aggregator.js';
import { MsgpackSerializer } from './msgpack-serializer.js';

/** MessagePack values in netstrings. The bytes are those of async-kinesis' `MsgpackProcessor`. */
export class MsgpackAggregator extends NetstringAggregator {
  constructor(options: NetstringOptions = {}) {
    super(new MsgpackSerializer(), options);
  }
}
