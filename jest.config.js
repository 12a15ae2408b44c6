import process from 'node:process';

// The SDK announces on Node 20 that it will need Node 22 some day; once per worker is too much of it.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';

/** @type {import('jest').Config} */
export default {
  testEnvironment: 'node',
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: {
    '^nestjs-kinesis$': '<rootDir>/src/index.ts',
    '^nestjs-kinesis/testing$': '<rootDir>/src/testing/index.ts',
    '^nestjs-kinesis/msgpack$': '<rootDir>/src/aggregators/msgpack/index.ts',
    '^nestjs-kinesis/dynamodb$': '<rootDir>/src/checkpointers/dynamodb/index.ts',
    '^nestjs-kinesis/context$': '<rootDir>/src/context.ts',
    '^nestjs-kinesis/redis$': '<rootDir>/src/redis.ts',
    '^nestjs-kinesis/sqs$': '<rootDir>/src/delivery/dead-letters/sqs/index.ts',
    '^(\\.{1,2}/.*)\\.js$': '$1',
  },
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: {
          target: 'es2023',
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true },
          keepClassNames: true,
        },
        module: { type: 'es6' },
      },
    ],
  },
  // What test files leave behind in one process makes those after them many times slower: a fresh one takes over.
  workerIdleMemoryLimit: '1GB',
  // A bound on what hangs, not on what is slow: shared machines can be ten times slower than usual.
  testTimeout: 180_000,
};
