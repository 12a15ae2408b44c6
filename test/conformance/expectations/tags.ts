import {
  AddTagsToStreamCommand,
  ListTagsForStreamCommand,
  RemoveTagsFromStreamCommand,
} from '@aws-sdk/client-kinesis';
import { type Topic } from '../harness/expectation.js';
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
