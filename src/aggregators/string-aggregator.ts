import { StringSerializer } from './serializers/string-serializer.js';
import { SingleAggregator } from './single-aggregator.js';

/** One string in each Kinesis record, as UTF-8. The bytes are those of async-kinesis' `StringProcessor`. */
export class StringAggregator extends SingleAggregator {
  constructor() {
    super(new StringSerializer());
  }
}
