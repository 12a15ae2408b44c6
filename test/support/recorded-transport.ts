import { Readable } from 'node:stream';
import { HttpResponse } from '@smithy/core/protocols';
import type { KinesisClientConfig } from '@aws-sdk/client-kinesis';

export interface RecordedRequest {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array | string;
}

/** In place of the network: keeps the requests that the SDK has finished, and answers them. */
export class RecordedTransport {
  readonly requests: RecordedRequest[] = [];

  /** @param answer - the body of the answers; a status with it makes it an error; nothing announces a length unless told to */
  constructor(
    private readonly answer: (request: number) => {
      body: string | Buffer;
      status?: number;
      contentLength?: string;
    },
  ) {}

  get config(): KinesisClientConfig {
    return {
      region: 'us-east-1',
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
      requestHandler: {
        handle: (request: RecordedRequest) => this.handle(request),
      },
    };
  }

  private async handle(request: RecordedRequest): Promise<{ response: HttpResponse }> {
    this.requests.push(request);
    const { body, status = 200, contentLength } = this.answer(this.requests.length - 1);
    const bytes = Buffer.from(body as string);
    // In pieces, as a network delivers them.
    const middle = bytes.length >> 1;
    const pieces = Readable.from([bytes.subarray(0, middle), bytes.subarray(middle)], { objectMode: false });
    const headers = {
      'content-type': 'application/x-amz-json-1.1',
      'x-amzn-requestid': 'request-1',
      ...(contentLength !== undefined && { 'content-length': contentLength }),
    };
    return { response: new HttpResponse({ statusCode: status, headers, body: pieces }) };
  }
}
