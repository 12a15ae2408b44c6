import { JsonSerializer } from './serializers/json-serializer.js';
import { SingleAggregator } from './single-aggregator.js';

/** One JSON value in each Kinesis record. The bytes are those of async-kinesis' `JsonProcessor`. */
export class JsonAggregator extends SingleAggregator {
  constructor() {
    super(new JsonSerializer());
  }
}
