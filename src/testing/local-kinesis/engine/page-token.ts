import { ServiceError } from './service-error.js';

/** What the NextToken of a listing stands for: like a shard iterator it holds everything itself. */
interface PageToken {
  /** The listing it belongs to, so that the token of one operation does not work with another. */
  readonly of: string;
  /** Milliseconds since the Unix epoch. */
  readonly issuedAt: number;
  readonly state: Record<string, unknown>;
}

export function encodePageToken(of: string, issuedAt: number, state: Record<string, unknown>): string {
  const token: PageToken = { of, issuedAt, state };
  return Buffer.from(JSON.stringify(token)).toString('base64');
}

/**
 * @throws ServiceError `ExpiredNextTokenException` when it was issued more than `lifetime` milliseconds before
 * `wallTime`, `InvalidArgumentException` when it is no token of this listing
 */
export function decodePageToken(
  of: string,
  token: string,
  wallTime: number,
  lifetime: number,
): Record<string, unknown> {
  const decoded = parse(token);
  if (decoded?.of !== of) throw new ServiceError('InvalidArgumentException', 'Invalid NextToken.');
  if (wallTime - decoded.issuedAt > lifetime) {
    throw new ServiceError(
      'ExpiredNextTokenException',
      `The NextToken has expired: it works for ${lifetime} milliseconds.`,
    );
  }
  return decoded.state;
}

function parse(token: string): PageToken | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(token, 'base64').toString());
    if (typeof value !== 'object' || value === null) return undefined;
    const { of, issuedAt, state } = value as Partial<PageToken>;
    if (typeof of !== 'string' || typeof issuedAt !== 'number') return undefined;
    return typeof state === 'object' && state !== null ? { of, issuedAt, state } : undefined;
  } catch {
    return undefined;
  }
}
