import { maxRecordSizeInKiB, streamArn, streamMode, streamReference } from '../validation/members.js';
import { structure } from '../validation/shape.js';
import { integer } from '../validation/values.js';
import { invalidArgument, operation } from './define.js';

/** The service's bounds, in hours: a day and a year. */
const SHORTEST_RETENTION = 24;
const LONGEST_RETENTION = 8760;

const retentionMembers = { ...streamReference, RetentionPeriodHours: integer() };

export const increaseStreamRetentionPeriod = operation(retentionMembers, (input, account) => {
  account.admitCall('IncreaseStreamRetentionPeriod');
  const stream = account.activeStream(input);
  const hours = checkRetention(input.RetentionPeriodHours);
  if (hours < stream.retentionHours) {
    throw invalidArgument(
      `Requested retention period (${hours} hours) for stream ${stream.name} can not be shorter than existing ` +
        `retention period (${stream.retentionHours} hours). Use DecreaseStreamRetentionPeriod API.`,
    );
  }
  account.update(stream, () => (stream.retentionHours = hours));
  return {};
});

export const decreaseStreamRetentionPeriod = operation(retentionMembers, (input, account) => {
  account.admitCall('DecreaseStreamRetentionPeriod');
  const stream = account.activeStream(input);
  const hours = checkRetention(input.RetentionPeriodHours);
  if (hours > stream.retentionHours) {
    throw invalidArgument(
      `Requested retention period (${hours} hours) for stream ${stream.name} can not be longer than existing ` +
        `retention period (${stream.retentionHours} hours). Use IncreaseStreamRetentionPeriod API.`,
    );
  }
  account.update(stream, () => {
    stream.retentionHours = hours;
    stream.trim(account.clock.wallTime());
  });
  return {};
});

function checkRetention(hours: number): number {
  if (hours < SHORTEST_RETENTION) {
    throw invalidArgument(
      `Minimum allowed retention period is ${SHORTEST_RETENTION} hours. Requested retention period (${hours} hours) is too short.`,
    );
  }
  if (hours > LONGEST_RETENTION) {
    throw invalidArgument(
      `Maximum allowed retention period is ${LONGEST_RETENTION} hours. Requested retention period (${hours} hours) is too long.`,
    );
  }
  return hours;
}

export const updateStreamMode = operation(
  { StreamARN: streamArn, StreamModeDetails: structure({ StreamMode: streamMode }) },
  (input, account) => {
    account.admitCall('UpdateStreamMode');
    const stream = account.activeStream(input);
    const mode = input.StreamModeDetails.StreamMode;
    if (mode === 'ON_DEMAND' && stream.mode !== mode) account.admitOnDemandStream();
    account.update(stream, () => (stream.mode = mode));
    return {};
  },
);

export const updateMaxRecordSize = operation(
  { StreamARN: streamArn, MaxRecordSizeInKiB: maxRecordSizeInKiB },
  (input, account) => {
    account.admitCall('UpdateMaxRecordSize');
    const stream = account.activeStream(input);
    account.update(stream, () => (stream.maxRecordSizeInKiB = input.MaxRecordSizeInKiB));
    return {};
  },
);
