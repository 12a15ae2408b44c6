import {
  ExpiredIteratorError,
  KinesisAbortedError,
  KinesisAccessDeniedError,
  KinesisConfigurationError,
  type KinesisError,
  KinesisNetworkError,
  KinesisServiceError,
  StreamNotFoundError,
  ThrottledError,
} from '../../src/errors.js';
import {
  isRetryableEntryCode,
  isThrottlingEntryCode,
  translateError,
} from '../../src/client/translate-error.js';

/** An error as the SDK throws it for an answer of the service. */
function serviceError(name: string, status = 400, message = 'as the service says'): Error {
  const error = Object.assign(new Error(message), {
    $fault: status < 500 ? 'client' : 'server',
    $metadata: { httpStatusCode: status },
  });
  error.name = name;
  return error;
}

const translate = (error: unknown): KinesisError => translateError(error, 'PutRecords', 'orders');

describe('translateError', () => {
  it.each<[string, new (...args: never[]) => KinesisError, boolean]>([
    ['ResourceNotFoundException', StreamNotFoundError, false],
    ['ExpiredIteratorException', ExpiredIteratorError, false],
    ['ProvisionedThroughputExceededException', ThrottledError, true],
    ['LimitExceededException', ThrottledError, true],
    ['KMSThrottlingException', ThrottledError, true],
    ['ThrottlingException', ThrottledError, true],
    ['AccessDeniedException', KinesisAccessDeniedError, false],
    ['KMSAccessDeniedException', KinesisAccessDeniedError, false],
    ['UnrecognizedClientException', KinesisAccessDeniedError, false],
    ['ExpiredTokenException', KinesisAccessDeniedError, false],
    ['ResourceInUseException', KinesisServiceError, false],
    ['InvalidArgumentException', KinesisServiceError, false],
    ['ValidationException', KinesisServiceError, false],
  ])('makes %s a %p (retryable: %p)', (name, type, retryable) => {
    const cause = serviceError(name);

    const error = translate(cause);

    expect(error).toBeInstanceOf(type);
    expect(error.retryable).toBe(retryable);
    expect(error.cause).toBe(cause);
  });

  it.each([500, 502, 503, 504])('regards an answer with status %d as worth another try', (status) => {
    const error = translate(serviceError('InternalFailure', status));

    expect(error).toBeInstanceOf(KinesisServiceError);
    expect(error).toMatchObject({ retryable: true, serviceCode: 'InternalFailure' });
  });

  it.each(['ECONNREFUSED', 'ECONNRESET', 'ENOTFOUND', 'EPIPE'])(
    'names %s as the reason of silence',
    (code) => {
      const error = translate(Object.assign(new Error(`connect ${code}`), { code }));

      expect(error).toBeInstanceOf(KinesisNetworkError);
      expect(error.retryable).toBe(true);
      expect(error.message).toBe(`PutRecords on stream "orders" got no answer (${code}).`);
    },
  );

  it('regards a time-out as silence, too', () => {
    const timeout = Object.assign(new Error('no answer in 30000 ms'), { $metadata: { attempts: 1 } });
    timeout.name = 'TimeoutError';

    expect(translate(timeout)).toMatchObject({ code: 'KINESIS_NETWORK', retryable: true });
  });

  it('regards an answer that could not be read as none, and does not quote it', () => {
    const unreadable = Object.assign(new SyntaxError(`Unexpected token 's', "secret" is not valid JSON`), {
      $metadata: { httpStatusCode: 200 },
    });

    const error = translate(unreadable);

    expect(error).toMatchObject({ code: 'KINESIS_NETWORK', retryable: true, cause: unreadable });
    expect(error.message).not.toContain('secret');
  });

  it('knows a call its caller aborted', () => {
    const aborted = Object.assign(new Error('Request aborted'), { name: 'AbortError' });

    expect(translate(aborted)).toBeInstanceOf(KinesisAbortedError);
  });

  it('says how to set a region where none is', () => {
    const error = translate(new Error('Region is missing'));

    expect(error).toBeInstanceOf(KinesisConfigurationError);
    expect(error.message).toContain('client.region');
  });

  it('says what to check where there are no credentials', () => {
    const missing = Object.assign(new Error('Could not load credentials from any providers'), {
      name: 'CredentialsProviderError',
    });

    const error = translate(missing);

    expect(error).toBeInstanceOf(KinesisAccessDeniedError);
    expect(error.message).toContain('kinesis:PutRecords');
  });

  it('leaves an error of ours as it is', () => {
    const own = new ThrottledError('slow down');
    expect(translate(own)).toBe(own);
  });

  it.each(['a text', undefined, { message: 'an object' }])('makes an error of %p, too', (thrown) => {
    const error = translate(thrown);

    expect(error).toBeInstanceOf(KinesisNetworkError);
    expect(error.cause).toBe(thrown);
  });

  it.each(['ValidationException', 'InvalidArgumentException', 'SerializationException'])(
    'keeps the input that %s quotes out of the message',
    (name) => {
      const quoting = serviceError(name, 400, `Value 'patient-4711' at 'partitionKey' is not allowed`);

      expect(translate(quoting).message).not.toContain('patient-4711');
    },
  );

  it('keeps credentials out of the message', () => {
    const quoting = serviceError(
      'InvalidSignatureException',
      400,
      'The Canonical String was AKIAEXAMPLE/20260101',
    );

    expect(translate(quoting).message).not.toContain('AKIA');
  });

  it('names the operation and the stream as the app knows it', () => {
    for (const name of ['ThrottlingException', 'AccessDeniedException', 'ResourceInUseException']) {
      expect(translate(serviceError(name)).message).toContain('PutRecords on stream "orders"');
    }
  });

  it('regards a call refused for a wrong clock as worth another try, once the SDK has corrected it', () => {
    const skewed = Object.assign(serviceError('InvalidSignatureException'), {
      $metadata: { httpStatusCode: 400, clockSkewCorrected: true },
    });

    expect(translate(skewed).retryable).toBe(true);
  });
});

describe('the codes of PutRecords entries', () => {
  it.each([
    ['ProvisionedThroughputExceededException', true, true],
    ['KMSThrottlingException', true, true],
    ['InternalFailure', true, false],
    ['ServiceUnavailable', true, false],
    ['KMSAccessDeniedException', false, false],
    ['ValidationException', false, false],
  ])('%s: another try %p, rate limit %p', (code, retryable, throttling) => {
    expect([isRetryableEntryCode(code), isThrottlingEntryCode(code)]).toEqual([retryable, throttling]);
  });
});
