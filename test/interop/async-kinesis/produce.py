"""Puts the items of a JSON list on standard input: produce.py ENDPOINT STREAM PROCESSOR"""

import asyncio
import json
import sys

from environment import connection
from kinesis import Producer


async def main():
    async with Producer(**connection()) as producer:
        for item in json.load(sys.stdin):
            await producer.put(item)
        await producer.flush()


asyncio.run(main())
