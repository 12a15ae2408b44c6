import { isObservable, lastValueFrom } from 'rxjs';

/**
 * What a handler returned, once it has come to its end: Nest lets methods return an Observable, which does nothing
 * unless somebody subscribes. One without a value ends as `undefined`.
 */
export function completion(result: unknown): unknown {
  if (typeof result !== 'object' || result === null) return result;
  if (isThenable(result)) return result.then(completion);
  return isObservable(result) ? lastValueFrom(result, { defaultValue: undefined }) : result;
}

function isThenable(value: object): value is PromiseLike<unknown> {
  return typeof (value as PromiseLike<unknown>).then === 'function';
}
