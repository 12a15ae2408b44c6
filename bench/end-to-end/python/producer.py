"""async-kinesis, putting KPL aggregates, which it makes without partition keys of the user's."""

import asyncio

from task import RECORDS, connection, count, items
from kinesis import Producer


async def main():
    acknowledged = 0

    async def flushed(records):
        nonlocal acknowledged
        acknowledged += sum(record.n for record in records)
        count(acknowledged)

    limits = {"put_rate_limit_per_shard": 10**9, "put_bandwidth_limit_per_shard": 10**9}
    everything = items()
    async with Producer(**connection(), **limits, after_flush_fun=flushed) as producer:
        for put in range(RECORDS):
            await producer.put(everything[put % len(everything)]["value"])
            if put % 500 == 0:
                # As an app waits for something else now and then: without it nothing would be flushed before the end.
                await asyncio.sleep(0)
        await producer.flush()


asyncio.run(main())
