"""What the two programs share: what they are to do, and how they say how far they are."""

import json
import os
import sys
import threading
import time

from kinesis import processors

os.environ.update(AWS_ACCESS_KEY_ID="local", AWS_SECRET_ACCESS_KEY="local", AWS_DEFAULT_REGION="us-east-1")
os.environ["REDIS_PORT"] = os.environ["BENCH_REDIS_PORT"]

APPLICATION = os.environ["BENCH_APPLICATION"]
RECORDS = int(os.environ["BENCH_RECORDS"])
INTERVAL = 0.1

due = 0.0


def end_with_input():
    sys.stdin.read()
    os._exit(0)


# It stays until it is told to go, so that what it used can be read.
threading.Thread(target=end_with_input).start()


def connection():
    return {
        "stream_name": os.environ["BENCH_STREAM"],
        "endpoint_url": os.environ["BENCH_ENDPOINT"],
        "region_name": "us-east-1",
        "processor": processors.KPLJsonProcessor(),
    }


def items():
    with open(os.environ["BENCH_ITEMS"], encoding="utf-8") as file:
        return json.load(file)


def count(records):
    global due
    now = time.monotonic()
    if now < due and records < RECORDS:
        return
    due = now + INTERVAL
    print(f"count {records}", flush=True)
