import { LinesAggregator, type LinesOptions } from './framing/lines-aggregator.js';
import { JsonSerializer } from './serializers/json-serializer.js';

/** JSON values on lines (NDJSON). The bytes are those of async-kinesis' `JsonLineProcessor`. */
export class JsonLinesAggregator extends LinesAggregator {
  constructor(options: LinesOptions = {}) {
    super(new JsonSerializer(), options);
  }
}
