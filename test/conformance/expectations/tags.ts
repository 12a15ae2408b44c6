import {
  AddTagsToStreamCommand,
  CreateStreamCommand,
  ListTagsForResourceCommand,
  ListTagsForStreamCommand,
  RemoveTagsFromStreamCommand,
  TagResourceCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-kinesis';
import { apiReference, type Topic } from '../harness/expectation.js';
import { refusalName } from '../harness/refusal.js';

export const tags: Topic = {
  topic: 'tags',
  expectations: [
    {
      behaviour: 'tags are added, overwritten, listed and removed',
      async verify(kinesis) {
        const { name } = await kinesis.stream();
        await kinesis.send(
          new AddTagsToStreamCommand({ StreamName: name, Tags: { team: 'blue', stage: 'test' } }),
        );
        await kinesis.send(new AddTagsToStreamCommand({ StreamName: name, Tags: { team: 'red', cost: '' } }));
        const listed = await kinesis.send(new ListTagsForStreamCommand({ StreamName: name }));
        expect(Object.fromEntries((listed.Tags ?? []).map((tag) => [tag.Key, tag.Value]))).toEqual({
          team: 'red',
          stage: 'test',
          cost: '',
        });
        expect(listed.HasMoreTags).toBe(false);

        await kinesis.send(new RemoveTagsFromStreamCommand({ StreamName: name, TagKeys: ['team', 'stage'] }));
        const left = await kinesis.send(new ListTagsForStreamCommand({ StreamName: name }));
        expect(left.Tags?.map((tag) => tag.Key)).toEqual(['cost']);
      },
    },
    {
      behaviour: 'tags are listed in pages, each going on after ExclusiveStartTagKey',
      async verify(kinesis) {
        const { name } = await kinesis.stream();
        await kinesis.send(
          new AddTagsToStreamCommand({ StreamName: name, Tags: { a: '1', b: '2', c: '3' } }),
        );
        const first = await kinesis.send(new ListTagsForStreamCommand({ StreamName: name, Limit: 2 }));
        expect(first.Tags).toHaveLength(2);
        expect(first.HasMoreTags).toBe(true);
        const second = await kinesis.send(
          new ListTagsForStreamCommand({ StreamName: name, ExclusiveStartTagKey: first.Tags?.at(-1)?.Key }),
        );
        expect(second.HasMoreTags).toBe(false);
        const keys = [...(first.Tags ?? []), ...(second.Tags ?? [])].map((tag) => tag.Key);
        expect(keys.sort()).toEqual(['a', 'b', 'c']);
      },
    },
    {
      behaviour: 'TagResource, ListTagsForResource and UntagResource do the same by ARN',
      source: apiReference('TagResource'),
      async verify(kinesis) {
        const { name, arn } = await kinesis.stream();
        await kinesis.send(
          new TagResourceCommand({ ResourceARN: arn, Tags: { team: 'blue', stage: 'test' } }),
        );
        await kinesis.send(new UntagResourceCommand({ ResourceARN: arn, TagKeys: ['stage'] }));
        const byArn = await kinesis.send(new ListTagsForResourceCommand({ ResourceARN: arn }));
        expect(byArn.Tags).toEqual([{ Key: 'team', Value: 'blue' }]);
        const byName = await kinesis.send(new ListTagsForStreamCommand({ StreamName: name }));
        expect(byName.Tags).toEqual(byArn.Tags);
      },
    },
    {
      behaviour: 'a stream created with tags has them',
      source: apiReference('CreateStream'),
      async verify(kinesis) {
        const name = kinesis.newName();
        await kinesis.send(
          new CreateStreamCommand({ StreamName: name, ShardCount: 1, Tags: { team: 'blue' } }),
        );
        await kinesis.active(name);
        const listed = await kinesis.send(new ListTagsForStreamCommand({ StreamName: name }));
        expect(listed.Tags).toEqual([{ Key: 'team', Value: 'blue' }]);
      },
    },
    {
      behaviour: 'tags of a stream that does not exist are refused with ResourceNotFoundException',
      async verify(kinesis) {
        const StreamName = kinesis.newName();
        const names = await Promise.all([
          refusalName(kinesis.send(new AddTagsToStreamCommand({ StreamName, Tags: { a: '1' } }))),
          refusalName(kinesis.send(new ListTagsForStreamCommand({ StreamName }))),
          refusalName(kinesis.send(new RemoveTagsFromStreamCommand({ StreamName, TagKeys: ['a'] }))),
        ]);
        expect(new Set(names)).toEqual(new Set(['ResourceNotFoundException']));
      },
    },
  ],
};
