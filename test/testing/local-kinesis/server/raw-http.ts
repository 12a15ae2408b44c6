import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** What came back on a connection, as far as the tests look at it. */
export interface RawAnswer {
  readonly status: number;
  readonly headers: string;
  readonly body: Buffer;
}

/** Sends bytes as they are, and waits for the first answer or the end of the connection. */
export async function sendRaw(port: number, bytes: Buffer | string): Promise<RawAnswer | undefined> {
  const socket = connect(port, '127.0.0.1');
  // The server may close before it has read everything: its answer is what counts.
  socket.on('error', () => undefined);
  socket.write(bytes);
  const answer = await readAnswer(socket);
  socket.destroy();
  return answer;
}

async function readAnswer(socket: Socket): Promise<RawAnswer | undefined> {
  let received = Buffer.alloc(0);
  const ended = once(socket, 'close').then(() => parseAnswer(received));
  const complete = new Promise<RawAnswer>((resolve) => {
    socket.on('data', (chunk: Buffer) => {
      received = Buffer.concat([received, chunk]);
      const answer = parseAnswer(received);
      if (answer) resolve(answer);
    });
  });
  return Promise.race([complete, ended]);
}

function parseAnswer(bytes: Buffer): RawAnswer | undefined {
  const end = bytes.indexOf('\r\n\r\n');
  if (end < 0) return undefined;
  const headers = bytes.subarray(0, end).toString('latin1');
  const length = Number(/^content-length: (\d+)$/im.exec(headers)?.[1] ?? 0);
  const body = bytes.subarray(end + 4);
  if (body.length < length) return undefined;
  return { status: Number(headers.split(' ', 2)[1]), headers, body };
}
