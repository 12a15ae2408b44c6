/** What this package asks of a client of Redis. An ioredis `Redis` or `Cluster`, version 5.4 or newer, has it. */
export interface RedisClient {
  evalsha(sha: string, keys: number, ...args: string[]): Promise<unknown>;
  eval(script: string, keys: number, ...args: string[]): Promise<unknown>;
  info(section: string): Promise<string>;
  pipeline(): RedisPipeline;
  /** A connection more, for publish and subscribe. */
  duplicate(): RedisSubscriber;
  /** A cluster's. */
  nodes?(role: 'master'): RedisNode[];
}

/** Commands that leave together, on one connection. */
export interface RedisPipeline {
  evalsha(sha: string, keys: number, ...args: string[]): unknown;
  eval(script: string, keys: number, ...args: string[]): unknown;
  wait(replicas: number, timeout: number): unknown;
  exec(): Promise<[error: Error | null, result: unknown][] | null>;
}

/** One server of a cluster. */
export interface RedisNode {
  info(section: string): Promise<string>;
}

/** A connection that listens to channels. */
export interface RedisSubscriber {
  subscribe(...channels: string[]): Promise<unknown>;
  unsubscribe(...channels: string[]): Promise<unknown>;
  disconnect(): void;
  on(event: 'message', listener: (channel: string) => void): unknown;
  on(event: 'ready', listener: () => void): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
}
