import { UsageError } from '../../command.js';

/** @throws UsageError, which does not repeat the address: it may hold a password */
export function urlOf(address: string, known: readonly string[]): URL {
  if (!URL.canParse(address))
    throw new UsageError(`the address of a store is no URL; see --help for its form`);
  const url = new URL(address);
  const unknown = [...url.searchParams.keys()].find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw new UsageError(`${url.protocol} has no parameter "${unknown}"; there are ${known.join(', ')}`);
  }
  return url;
}

/** @throws UsageError where a parameter that can only be true or false is something else */
export function flagOf({ protocol, searchParams }: URL, name: string): boolean {
  const value = searchParams.get(name) ?? 'false';
  if (value === 'true' || value === 'false') return value === 'true';
  throw new UsageError(`${protocol} the parameter "${name}" must be true or false, not "${value}"`);
}

/** What of a URL may be shown. */
export function labelOf({ protocol, host, pathname }: URL): string {
  return `${protocol}//${host}${pathname === '/' ? '' : pathname}`;
}

/**
 * The table that an address of DynamoDB names, letter by letter.
 *
 * @throws UsageError where it names none
 */
export function tableIn(address: string): string {
  const table = /^[a-z+-]+:\/\/([^/?]+)/.exec(address)?.[1];
  if (table === undefined)
    throw new UsageError('dynamodb: needs the name of a table, such as dynamodb://billing');
  return table;
}
