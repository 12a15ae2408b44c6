import { request } from 'node:https';
import { request as plainRequest } from 'node:http';

/** What the canned server understands beside the operations of Kinesis. */
export type TapCommand = 'OpenTap' | 'CloseTap';

export interface TapState {
  /** User records that the stream has given so far. */
  readonly served: number;
}

/**
 * What a stream of the canned server gives: all or nothing. A reader reads ahead; what it holds when a round begins or ends
 * would be counted in the wrong one.
 */
export class Tap {
  constructor(
    private readonly endpoint: string,
    private readonly stream: string,
  ) {}

  async open(): Promise<void> {
    await this.turn('OpenTap');
  }

  /** @returns how many user records the stream has given since it began */
  async close(): Promise<number> {
    return (await this.turn('CloseTap')).served;
  }

  private turn(command: TapCommand): Promise<TapState> {
    const send = this.endpoint.startsWith('https:') ? request : plainRequest;
    const headers = { 'x-amz-target': `Bench.${command}` };
    return new Promise((resolve, reject) => {
      const call = send(this.endpoint, { method: 'POST', headers }, (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => (text += chunk));
        response.on('end', () => resolve(JSON.parse(text) as TapState));
      });
      call.on('error', reject);
      call.end(JSON.stringify({ StreamName: this.stream }));
    });
  }
}
