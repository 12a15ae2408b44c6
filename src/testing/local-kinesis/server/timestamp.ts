import { ServiceError } from '../engine/service-error.js';

/** @throws ServiceError `SerializationException` for a number no date can hold. */
export function dateFromMillis(millis: number): Date {
  const date = new Date(millis);
  if (Number.isNaN(date.getTime())) {
    throw new ServiceError('SerializationException', 'A timestamp is out of range');
  }
  return date;
}
