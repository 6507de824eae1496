#!lua flags=allow-oom
-- KEYS 1 pending 2 claimed 3 chunks 4 chunkClaims 5 meta
-- ARGV 1 rows at most 2 '1' to claim all that is pending now 3 age at which a claim is taken over, ms 4 epoch
-- Returns a chunk as { id, packed rows }, or nothing. Rows are "fingerprint count lastSeenMs", a line each;
-- the first line is the moment since which the oldest of them has waited.
-- Allowed when Redis is full: moving counts to MySQL is what makes room again.
-- A chunk is fixed when it gets its number. Reading a claimed hash in pieces instead would not be safe:
-- its order changes when Redis restarts, and a number would then stand for other rows.
local time = redis.call('TIME')
local nowMs = time[1] * 1000 + math.floor(time[2] / 1000)

-- Whoever claimed it died or failed: same number, same rows. One from the future was claimed before the clock
-- was set back: of what age nobody knows, and waiting until it comes may take hours.
local due = redis.call('ZRANGEBYSCORE', KEYS[4], '-inf', nowMs - tonumber(ARGV[3]), 'LIMIT', 0, 1)[1]
  or redis.call('ZRANGEBYSCORE', KEYS[4], '(' .. nowMs, '+inf', 'LIMIT', 0, 1)[1]
if due then
  redis.call('ZADD', KEYS[4], nowMs, due)
  return { due, redis.call('HGET', KEYS[3], due) }
end

if redis.call('EXISTS', KEYS[2]) == 0 then
  if ARGV[2] ~= '1' or redis.call('EXISTS', KEYS[1]) == 0 then return false end
  redis.call('RENAME', KEYS[1], KEYS[2])
  redis.call('HSET', KEYS[5], 'claimedSinceMs', redis.call('HGET', KEYS[5], 'pendingSinceMs'))
end

local rows = { redis.call('HGET', KEYS[5], 'claimedSinceMs') }
local fields = {}
local taken = redis.call('HRANDFIELD', KEYS[2], ARGV[1], 'WITHVALUES')
for i = 1, #taken, 2 do
  local count, seenMs = string.match(taken[i + 1], '^(%d+):(%d+)$')
  fields[#fields + 1] = taken[i]
  rows[#rows + 1] = taken[i] .. ' ' .. count .. ' ' .. seenMs
end
redis.call('HDEL', KEYS[2], unpack(fields)) -- at most rowsMax, far from unpack's limit near 8,000

-- The epoch belongs to this data set: after an empty restart numbers begin anew, and must not meet
-- those that MySQL has already seen.
redis.call('HSETNX', KEYS[5], 'epoch', ARGV[4])
local id = redis.call('HGET', KEYS[5], 'epoch') .. '-' .. redis.call('HINCRBY', KEYS[5], 'chunks', 1)
local packed = table.concat(rows, '\n')
redis.call('HSET', KEYS[3], id, packed)
redis.call('ZADD', KEYS[4], nowMs, id)
return { id, packed }
