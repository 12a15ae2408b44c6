import { isObservable, lastValueFrom } from 'rxjs';
import { isThenable } from '../runtime/thenable.js';

/**
 * What a handler returned, once it has come to its end: Nest lets methods return an Observable, which does nothing
 * unless somebody subscribes. One without a value ends as `undefined`.
 */
export function completion(result: unknown): unknown {
  if (isThenable(result)) return result.then(completion);
  return isObservable(result) ? lastValueFrom(result, { defaultValue: undefined }) : result;
}
