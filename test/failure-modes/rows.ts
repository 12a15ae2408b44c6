/** A test that shows a failure not to happen here: where it is, and its title as the file writes it. */
type NamedTest = readonly [file: string, title: string];

/** A way in which clients of Kinesis are known to fail. */
export interface FailureMode {
  /** Its place in the list: a number for what was reported about clients in general, a letter for async-kinesis. */
  readonly row: string;
  readonly failure: string;
  readonly tests: readonly NamedTest[];
}

const SCHEDULER = 'test/scheduler/shard-scheduler.test.ts';
const READER = 'test/scheduler/polling-reader.test.ts';
const RESHARDING = 'test/failure-modes/resharding.test.ts';
const ZOMBIES = 'test/failure-modes/zombies.test.ts';
const HAND_OFFS = 'test/failure-modes/hand-offs.test.ts';
const LOST_REPLIES = 'test/failure-modes/lost-replies.test.ts';
const LEASE_ROWS = 'test/failure-modes/lease-rows.test.ts';
const STANDSTILLS = 'test/failure-modes/standstills.test.ts';
const AGGREGATES = 'test/failure-modes/aggregates.test.ts';
const SHUTDOWN = 'test/failure-modes/shutdown.test.ts';
const PROCESSES = 'test/integration/processes/processes.test.ts';
const PRODUCER = 'test/producer/failure-modes.test.ts';
/** Every checkpointer passes this suite. */
const SUITE = 'src/testing/checkpointer-suite';

/** Left out are 7, which is about elected leaders, of which there are none, and 14, which is about enhanced fan-out. */
export const FAILURE_MODES: readonly FailureMode[] = [
  {
    row: '1',
    failure: 'Shards lost on reshard: missed, stopped after it, or the closed shard skipped',
    tests: [
      [
        RESHARDING,
        'random trees of splits and merges lose no record, whenever workers crash, and every closed shard ends: tree %i',
      ],
      [SCHEDULER, 'reads a split shard to its end before its children'],
    ],
  },
  {
    row: '2',
    failure: 'Children replayed from TRIM_HORIZON, or skipped at LATEST',
    tests: [
      [SCHEDULER, 'does not apply to the children of a shard the application knows'],
      [
        SCHEDULER,
        'LATEST begins with what arrives from now on, and a restart before the first checkpoint skips nothing',
      ],
    ],
  },
  {
    row: '3',
    failure: 'Premature SHARD_END: a null iterator, no child shards',
    tests: [
      [SCHEDULER, 'believes in the end of a shard only when the service names or lists its children'],
      [
        READER,
        'is not believed however long a fault says so: the last record must come again when asked for',
      ],
      [
        SCHEDULER,
        'a closed shard that ends without naming its children for a moment is read to its real end all the same',
      ],
    ],
  },
  {
    row: '4',
    failure: 'A zombie sets the checkpoint back',
    tests: [
      [SCHEDULER, 'keep a zombie from rewinding its successor'],
      [
        ZOMBIES,
        'a worker whose event loop stood still for %i ms starts nothing, rewinds nothing, and its successor goes on',
      ],
    ],
  },
  {
    row: '5',
    failure: 'A conditional write whose reply was lost is taken for the loss of the lease',
    tests: [
      [LOST_REPLIES, 'a write of the lease store that took effect without an answer costs no lease: %s'],
      [LOST_REPLIES, 'a hand-off whose %s took effect without an answer is completed, and repeats nothing'],
    ],
  },
  {
    row: '6',
    failure: 'A hand-off stuck forever, a checkpoint pending for good',
    tests: [
      [HAND_OFFS, 'is survived when the $victim dies right $when $step'],
      [HAND_OFFS, 'is done by the owner, however long it took to hear of it, and repeats nothing'],
    ],
  },
  {
    row: '8',
    failure: 'Leases stolen to and fro, or too slowly',
    tests: [
      [PROCESSES, 'a worker that joins is given shards that others hold'],
      [HAND_OFFS, 'of $shards shards on $workers workers is found within seconds, and then nothing moves'],
      [
        HAND_OFFS,
        'a worker that joins $workers with $shards shards costs $moves moves, no more, and nothing moves on',
      ],
    ],
  },
  {
    row: '9',
    failure: 'A lease row is deleted, and nobody consumes',
    tests: [
      [LEASE_ROWS, 'comes back from the worker that reads the shard, where it stood: rows chosen by seed %i'],
      [LEASE_ROWS, 'while nobody reads the shard is reported, and the policy "$policy" applies'],
    ],
  },
  {
    row: '10',
    failure: 'A stuck shard: the lease is renewed, nothing moves',
    tests: [
      [STANDSTILLS, 'a handler that never ends is flagged within its limit, and other shards go on'],
      [STANDSTILLS, 'a call of the service that never answers is given up, and the shard is read on'],
      [STANDSTILLS, 'a shard of which nothing can be read is flagged within its limit'],
    ],
  },
  {
    row: '11',
    failure: 'Expired iterators mishandled',
    tests: [
      [READER, 'that expire while reading stalls for 6 minutes leave no gap and repeat nothing'],
      [
        READER,
        'that the service calls expired are replaced behind the last record read, not behind the checkpoint',
      ],
    ],
  },
  {
    row: '12',
    failure: 'NextShardIterator missing: an error, or a hot loop on an empty closed shard',
    tests: [
      [READER, 'missing from %s are %s, without a hot loop'],
      [READER, 'is believed when the service names its children'],
      [READER, 'without names is looked up in the list of shards (other iterators: %p)'],
    ],
  },
  {
    row: '13',
    failure: 'A hot loop when throttled',
    tests: [
      [READER, 'of %s brings the calls below one in 5 s, and reading recovers within the longest back-off'],
      [
        'test/scheduler/shard-scheduler-faults.test.ts',
        'throttling slows the calls down, and reading recovers',
      ],
    ],
  },
  {
    row: '15',
    failure: 'Memory grows without back-pressure',
    tests: [
      [
        'test/scheduler/reading-memory.test.ts',
        'slow handlers slow reading down: what is held stays within its bounds, and everything is handled',
      ],
      [
        PRODUCER,
        'memory does not grow without back-pressure: a service that takes nothing stops its callers at the bounds',
      ],
    ],
  },
  {
    row: '16',
    failure: 'A producer that reorders when it retries',
    tests: [[PRODUCER, 'a record that fails once is not overtaken by later ones of its key']],
  },
  {
    row: '17',
    failure: 'A producer that dies or drops records in silence',
    tests: [[PRODUCER, 'no record expires or is dropped in silence, at shutdown neither']],
  },
  {
    row: '18',
    failure: 'User records of an aggregate dropped, or lost on resume',
    tests: [
      [
        AGGREGATES,
        'a crash in the middle of an aggregate loses no user record, and repeats none behind the checkpoint: after %i ms',
      ],
      [
        AGGREGATES,
        'an aggregate whose keys belong to both children of a split is handled whole, before the children',
      ],
      [PRODUCER, 'when a worker stops in the middle of one'],
      [PRODUCER, 'when its digest is wrong: it is then one plain record, which takes the error path'],
      [PRODUCER, 'when it is empty: it is passed over, and the checkpoint goes on'],
    ],
  },
  {
    row: '19',
    failure: 'Skewed clocks, a blocked event loop, no name server',
    tests: [
      [ZOMBIES, 'wall clocks that are wrong by ten minutes either way move no lease and repeat nothing'],
      [ZOMBIES, 'a skewed wall clock neither hastens nor delays a take-over'],
      [
        ZOMBIES,
        'a worker whose event loop stood still for %i ms starts nothing, rewinds nothing, and its successor goes on',
      ],
      [
        ZOMBIES,
        'without a network, calls are tried less and less often, and reading goes on when it is back',
      ],
      ['test/client/translate-error.test.ts', 'names %s as the reason of silence'],
    ],
  },
  {
    row: '20',
    failure: 'Races at shutdown, and checkpoints before processing',
    tests: [
      [
        SHUTDOWN,
        'a worker told to stop at any moment frees its leases, has checkpointed what is handled and nothing else: moment %i',
      ],
      [SHUTDOWN, 'a handler that does not end in time is left behind, and its record is handled again'],
      [
        SHUTDOWN,
        'a worker that is started twice reads once, and one that was stopped before its start reads nothing',
      ],
      [
        'test/kinesis.lifecycle.test.ts',
        'starts handlers when every provider is ready and stops them before any is destroyed, losing and repeating nothing',
      ],
    ],
  },
  {
    row: 'a',
    failure: 'A paused worker’s heartbeat overwrites the new owner and its checkpoint',
    tests: [[`${SUITE}/fencing.ts`, 'lets the ${what} of a worker that lost its lease have no effect']],
  },
  {
    row: 'b',
    failure: 'A stale checkpoint lands before the conflict is noticed',
    tests: [[`${SUITE}/fencing.ts`, 'lets the ${what} of a worker that lost its lease have no effect']],
  },
  {
    row: 'c',
    failure: 'The loser of a race for a lease has already replaced the winner’s row',
    tests: [
      [`${SUITE}/races.ts`, 'lets one of fifty contenders have a lease'],
      [`${SUITE}/races.ts`, 'lets either the owner write or a taker take'],
    ],
  },
  {
    row: 'd',
    failure: 'A zombie frees a lease it no longer has, and rewinds it',
    tests: [
      [`${SUITE}/fencing.ts`, 'lets the ${what} of a worker that lost its lease have no effect'],
      [`${SUITE}/fencing.ts`, 'lets the ${what} of a former owner have no effect on a free lease'],
    ],
  },
  {
    row: 'e',
    failure: 'A checkpoint that comes during a heartbeat is rewound by it',
    tests: [
      [LEASE_ROWS, 'a heartbeat that crosses a checkpoint does not rewind it'],
      [`${SUITE}/races.ts`, 'lets one of two writes of an owner through that knows the same counter'],
    ],
  },
  {
    row: 'f',
    failure: 'Checkpoints that the store deletes when a consumer has been down for long',
    tests: [
      [
        LEASE_ROWS,
        'nothing in Redis expires by itself: a consumer that is down for a year keeps its checkpoints',
      ],
    ],
  },
  {
    row: 'g',
    failure: 'A shard that is itself a parent is read before its own parent is done',
    tests: [
      [RESHARDING, 'of a grandparent, a parent and a child none is read before the one before it is done'],
    ],
  },
  {
    row: 'h',
    failure: 'The adjacent parent of a merge is forgotten',
    tests: [
      [
        SCHEDULER,
        'reads a merged shard only when both its parents are drained, though another worker drains one',
      ],
    ],
  },
  {
    row: 'i',
    failure: 'A worker does not learn that another one drained the parent',
    tests: [
      [RESHARDING, 'a worker that comes later knows from the leases that others have drained the parents'],
    ],
  },
  {
    row: 'j',
    failure: 'A null iterator alone counts as the end of a shard',
    tests: [[SCHEDULER, 'believes in the end of a shard only when the service names or lists its children']],
  },
  {
    row: 'k',
    failure: 'Leases by wall clock, and late joiners that starve',
    tests: [
      [ZOMBIES, 'wall clocks that are wrong by ten minutes either way move no lease and repeat nothing'],
      [
        HAND_OFFS,
        'a worker that joins $workers with $shards shards costs $moves moves, no more, and nothing moves on',
      ],
    ],
  },
  {
    row: 'l',
    failure: 'A producer whose rate is the stream’s, so that a hot shard throttles',
    tests: [[PRODUCER, 'a hot shard is throttled by itself: the rate is per shard, not the stream’s']],
  },
];
