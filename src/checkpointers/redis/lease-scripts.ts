import { createHash } from 'node:crypto';

/** A Lua script, and the name by which Redis knows it once it has seen it. */
export interface RedisScript {
  readonly text: string;
  readonly sha: string;
}

/**
 * What all scripts share. KEYS[1] is the scope's hash. ARGV[1] is its channel, ARGV[2] the name of this very call: a
 * row that bears it was written by this call, whose reply was lost and which the client sent again. An empty argument
 * stands for none.
 */
const COMMON = `
local leases, channel, call = KEYS[1], ARGV[1], ARGV[2]

local function read(shard)
  local row = redis.call('HGET', leases, shard)
  if not row then return end
  local first, rest = string.match(row, '^([^\\n]*)\\n(.*)$')
  return cjson.decode(first), rest, row
end

local function store(shard, lease, rest)
  local row = cjson.encode(lease) .. '\\n' .. rest
  redis.call('HSET', leases, shard, row)
  return row
end

local function given(argument)
  if argument ~= '' then return argument end
end

-- The lease as it was seen, its counter raised; or, of a call that took effect before, nothing and the row it wrote.
local function claim(shard, owner, counter)
  local lease, rest, row = read(shard)
  if not lease then return end
  if lease.write == call then return nil, nil, row end
  if lease.owner ~= given(owner) or lease.counter ~= tonumber(counter) then return end
  lease.counter = lease.counter + 1
  lease.write = call
  return lease, rest
end

-- Who may not publish does without: workers look at the leases now and then anyway.
local function tell()
  redis.pcall('PUBLISH', channel, '')
end
`;

function script(body: string): RedisScript {
  const text = `${COMMON}${body}`;
  return { text, sha: createHash('sha1').update(text).digest('hex') };
}

/** ARGV: shard, lines after the first. Returns 1 or 0. */
export const CREATE = script(`
local lease = read(ARGV[3])
if lease then return lease.write == call and 1 or 0 end
store(ARGV[3], { counter = 0, write = call }, ARGV[4])
return 1
`);

/** ARGV: shard, owner, counter, new owner, its session timeout. Returns the row or nothing. */
export const ACQUIRE = script(`
local lease, rest, written = claim(ARGV[3], ARGV[4], ARGV[5])
if not lease then return written or false end
lease.owner = ARGV[6]
lease.sessionTimeout = tonumber(ARGV[7])
lease.handOffTo = nil
return store(ARGV[3], lease, rest)
`);

/** ARGV: shard, owner, counter of each lease. Returns the row, or nothing, of each. */
export const RENEW = script(`
local rows = {}
for i = 3, #ARGV, 3 do
  local lease, rest, written = claim(ARGV[i], ARGV[i + 1], ARGV[i + 2])
  if lease then written = store(ARGV[i], lease, rest) end
  rows[#rows + 1] = written or false
end
return rows
`);

/** ARGV: shard, owner, counter, line of the checkpoint. Returns the row or nothing. */
export const CHECKPOINT = script(`
local lease, rest, written = claim(ARGV[3], ARGV[4], ARGV[5])
if not lease then return written or false end
return store(ARGV[3], lease, ARGV[6] .. string.match(rest, '\\n.*$'))
`);

/** ARGV: shard, owner, who has asked so far, who asks now. Returns 1 or 0. */
export const REQUEST_HAND_OFF = script(`
local lease, rest = read(ARGV[3])
if not lease then return 0 end
if lease.request == call then return 1 end
if lease.owner ~= given(ARGV[4]) or lease.handOffTo ~= given(ARGV[5]) then return 0 end
lease.handOffTo = given(ARGV[6])
lease.request = call
store(ARGV[3], lease, rest)
tell()
return 1
`);

/** ARGV: shard, owner, counter. Returns 1 or 0. */
export const RELEASE = script(`
local lease, rest, written = claim(ARGV[3], ARGV[4], ARGV[5])
if not lease then return written and 1 or 0 end
lease.owner = lease.handOffTo
lease.handOffTo = nil
lease.sessionTimeout = nil
store(ARGV[3], lease, rest)
tell()
return 1
`);

/** ARGV: shard, owner, counter. Returns 1 or 0. */
export const DELETE = script(`
local lease = read(ARGV[3])
if not lease then return 1 end
if lease.owner ~= given(ARGV[4]) or lease.counter ~= tonumber(ARGV[5]) then return 0 end
return redis.call('HDEL', leases, ARGV[3])
`);

/** ARGV: shard. Returns the row or nothing. A script, since a plain read may go to a replica, which lags. */
export const GET = script(`
return redis.call('HGET', leases, ARGV[3])
`);

/** Returns shard, row, shard, row… */
export const LIST = script(`
return redis.call('HGETALL', leases)
`);

/** Writes nothing, but is refused where writes are. */
export const TRY = script(`
redis.call('HDEL', leases, '')
return cjson.decode('{"answer":1}').answer
`);
