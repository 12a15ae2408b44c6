import { type Socket } from 'node:net';

/**
 * Finds HTTP/1.1 connections on which a request has begun whose head does not end. Node looks for them only in
 * servers that accept their connections themselves.
 */
export class StalledHeads {
  /** Bytes read by the time the last request was answered: what came later belongs to the next one. */
  private readonly accounted = new WeakMap<Socket, number>();
  private readonly busy = new WeakSet<Socket>();

  /** @param timeout - milliseconds without a byte until `onStalled` is told */
  constructor(
    private readonly timeout: number,
    private readonly onStalled: (socket: Socket) => void,
  ) {}

  /** Begins to watch a fresh connection. */
  watch(socket: Socket): void {
    socket.setTimeout(this.timeout);
    socket.on('timeout', () => {
      const begun = socket.bytesRead > (this.accounted.get(socket) ?? 0);
      if (begun && !this.busy.has(socket)) this.onStalled(socket);
    });
  }

  /** A head has arrived: from here on its body and its answer have timeouts of their own. */
  requestArrived(socket: Socket): void {
    this.busy.add(socket);
  }

  /** The request is answered; the connection may stay idle as long as it likes. */
  requestAnswered(socket: Socket): void {
    this.accounted.set(socket, socket.bytesRead);
    this.busy.delete(socket);
  }
}
