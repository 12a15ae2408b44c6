"""Says each item it gets as a line of JSON until it has had COUNT: consume.py ENDPOINT STREAM PROCESSOR COUNT"""

import asyncio
import sys

from environment import PROCESSOR, connection, say
from kinesis import Consumer

COUNT = int(sys.argv[4])


async def main():
    seen = 0
    async with Consumer(**connection(), sleep_time_no_records=0.2) as consumer:
        while seen < COUNT:
            async for item in consumer:
                # This one hands over an aggregate's list as one item.
                for each in item if PROCESSOR == "JsonListProcessor" else [item]:
                    say(each)
                    seen += 1


asyncio.run(asyncio.wait_for(main(), timeout=30))
