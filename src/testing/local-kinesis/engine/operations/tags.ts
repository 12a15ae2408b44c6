import { type Account } from '../account.js';
import { ServiceError } from '../service-error.js';
import { resourceArn, streamReference, tagKey, tagKeys, tags } from '../validation/members.js';
import { optional } from '../validation/shape.js';
import { integer } from '../validation/values.js';
import { invalidArgument, operation } from './define.js';

const DEFAULT_PAGE = 50;

export const addTagsToStream = operation({ ...streamReference, Tags: tags }, (input, account) => {
  account.admitCall('AddTagsToStream');
  addTags(account, account.stream(input).tags, input.Tags);
  return {};
});

export const removeTagsFromStream = operation({ ...streamReference, TagKeys: tagKeys }, (input, account) => {
  account.admitCall('RemoveTagsFromStream');
  const stream = account.stream(input);
  for (const key of input.TagKeys) stream.tags.delete(key);
  return {};
});

export const listTagsForStream = operation(
  {
    ...streamReference,
    ExclusiveStartTagKey: optional(tagKey),
    Limit: optional(integer({ min: 1, max: 50 })),
  },
  (input, account) => {
    account.admitCall('ListTagsForStream');
    const stream = account.stream(input);
    const after = input.ExclusiveStartTagKey ?? '';
    const all = sorted(stream.tags).filter((tag) => tag.Key > after);
    const Tags = all.slice(0, input.Limit ?? DEFAULT_PAGE);
    return { Tags, HasMoreTags: Tags.length < all.length };
  },
);

export const tagResource = operation({ ResourceARN: resourceArn, Tags: tags }, (input, account) => {
  account.admitCall('TagResource');
  addTags(account, tagsOf(account, input.ResourceARN), input.Tags);
  return {};
});

export const untagResource = operation({ ResourceARN: resourceArn, TagKeys: tagKeys }, (input, account) => {
  account.admitCall('UntagResource');
  const tagged = tagsOf(account, input.ResourceARN);
  for (const key of input.TagKeys) tagged.delete(key);
  return {};
});

export const listTagsForResource = operation({ ResourceARN: resourceArn }, (input, account) => {
  account.admitCall('ListTagsForResource');
  return { Tags: sorted(tagsOf(account, input.ResourceARN)) };
});

/** The tags of the stream or the consumer with this ARN. */
function tagsOf(account: Account, arn: string): Map<string, string> {
  return arn.includes('/consumer/')
    ? account.consumer(arn).consumer.tags
    : account.stream({ StreamARN: arn }).tags;
}

function addTags(account: Account, existing: Map<string, string>, added: Record<string, string>): void {
  const reserved = Object.keys(added).find((key) => key.toLowerCase().startsWith('aws:'));
  if (reserved !== undefined)
    throw invalidArgument(`Tag keys must not start with aws:, as ${reserved} does.`);
  const { tagsPerStream } = account.limits;
  const count = new Set([...existing.keys(), ...Object.keys(added)]).size;
  if (count > tagsPerStream) {
    const message = `Failed to add tags: a resource may have ${tagsPerStream} tags, and would have ${count}.`;
    throw new ServiceError('LimitExceededException', message);
  }
  for (const [key, value] of Object.entries(added)) existing.set(key, value);
}

function sorted(tagged: ReadonlyMap<string, string>): { Key: string; Value: string }[] {
  return [...tagged].map(([Key, Value]) => ({ Key, Value })).sort((a, b) => (a.Key < b.Key ? -1 : 1));
}
