/** Each processor of async-kinesis with the aggregator of ours that has its format. */
export function formats({ aggregators, msgpack }) {
  const { JsonAggregator, JsonLinesAggregator, JsonListAggregator, KplAggregator } = aggregators;
  const { JsonSerializer, StringAggregator, StringSerializer } = aggregators;
  // async-kinesis takes every record for an aggregate: ours must never send one raw.
  const alone = 'aggregated';
  return [
    { processor: 'StringProcessor', aggregator: new StringAggregator(), items: texts() },
    { processor: 'JsonProcessor', aggregator: new JsonAggregator(), items: values() },
    { processor: 'JsonLineProcessor', aggregator: new JsonLinesAggregator(), items: values() },
    { processor: 'JsonListProcessor', aggregator: new JsonListAggregator(), items: values() },
    { processor: 'MsgpackProcessor', aggregator: new msgpack.MsgpackAggregator(), items: values() },
    {
      processor: 'KPLJsonProcessor',
      aggregator: new KplAggregator(new JsonSerializer(), { alone }),
      items: values(),
    },
    {
      processor: 'KPLStringProcessor',
      aggregator: new KplAggregator(new StringSerializer(), { alone }),
      items: texts(),
    },
  ];
}

function texts() {
  return Array.from({ length: 200 }, (_, id) => `${id}: Zürich 東京 🛩 "quoted", a\\b`);
}

function values() {
  return Array.from({ length: 200 }, (_, id) => ({
    id,
    route: ['Zürich', '東京'],
    text: texts()[id],
    delay: id % 3 === 0 ? null : -id / 4,
    nested: { late: id % 7 > 3, at: 1_700_000_000_000 + id },
  }));
}
