"""async-kinesis, putting KPL aggregates. It has no outcome per record: what is flushed is acknowledged."""

import asyncio

from task import RECORDS, connection, count, items
from kinesis import Producer


async def main():
    put = 0

    async def flushed(_records):
        count(put)

    limits = {"put_rate_limit_per_shard": 10**9, "put_bandwidth_limit_per_shard": 10**9}
    everything = items()
    async with Producer(**connection(), **limits, after_flush_fun=flushed) as producer:
        while put < RECORDS:
            item = everything[put % len(everything)]
            await producer.put(item["value"])
            put += 1
        await producer.flush()
    count(put)


asyncio.run(main())
