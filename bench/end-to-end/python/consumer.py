"""async-kinesis, consuming KPL aggregates, with its leases in Redis."""

import asyncio
import os

from task import APPLICATION, connection, count
from kinesis import Consumer
from kinesis.checkpointers import RedisCheckPointer


async def main():
    seen = 0
    counts = os.environ["BENCH_TELL"] == "counts"
    async with Consumer(**connection(), checkpointer=RedisCheckPointer(APPLICATION)) as consumer:
        while True:
            async for item in consumer:
                seen += 1
                if counts:
                    count(seen)
                else:
                    print(f"shard {item['shard']}", flush=True)


asyncio.run(main())
