"""What the two programs share: the local Kinesis as async-kinesis is to see it."""

import json
import os
import sys

from kinesis import processors

os.environ.update(AWS_ACCESS_KEY_ID="local", AWS_SECRET_ACCESS_KEY="local", AWS_DEFAULT_REGION="us-east-1")

ENDPOINT, STREAM, PROCESSOR = sys.argv[1:4]


def connection():
    return {
        "stream_name": STREAM,
        "endpoint_url": ENDPOINT,
        "region_name": "us-east-1",
        "processor": getattr(processors, PROCESSOR)(),
    }


def say(item):
    print(json.dumps(item), flush=True)
