#!lua
-- KEYS 1 pending 2 known 3 samples 4 senders 5 idsNew 6 idsOld 7 meta
-- ARGV 1 sender 2 sequence number 3 id window, ms 4 the last number this sender got an answer for, 0 if it forgot,
--   then per event: issue key (its fingerprint, and ':' and its project unless that is default), event id or '',
--   seen at, ms, sample or ''
-- Counts a batch in one step, or not at all. Returns one character an event:
--   1 counted, 2 counted and a first sight, 0 duplicate, S not counted: send the batch again with its sample
-- Before them '!' when the sender is not known here up to that answer: this Redis has lost data.
-- The first line makes a full Redis refuse it before anything is written; without it a script is refused only
-- at its first write that takes memory, and never after one that takes none.
-- A batch sent again (its answer got lost) counts what was S and changes nothing else.
local sender, sequence, windowMs = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])

-- A watermark a sender, not a key a batch: keys with a lifetime run out during a long outage, and the
-- resend then counts twice.
local last = redis.call('HGET', KEYS[4], sender) or '0:0:'
local done, lossThen, outcomes = string.match(last, '^(%d+):%d+:(!?)(.*)$')
done = tonumber(done)
local loss, earlier = done < tonumber(ARGV[4]) and '!' or '', ''
if done >= sequence then
  if done > sequence then return redis.error_reply('STALE batch ' .. sequence .. ' after ' .. done) end
  loss, earlier = lossThen, outcomes
  if not string.find(earlier, 'S', 1, true) then return loss .. earlier end
end

local time = redis.call('TIME')
local nowMs = time[1] * 1000 + math.floor(time[2] / 1000)

-- Event ids live in two sets that change places, by the one clock that all senders share: an id is
-- known for one to two windows. A key an id would cost twice the memory and a timer each.
local idsSinceMs = tonumber(redis.call('HGET', KEYS[7], 'idsSinceMs') or '0')
if nowMs - idsSinceMs >= windowMs then
  if redis.call('EXISTS', KEYS[5]) == 1 then redis.call('RENAME', KEYS[5], KEYS[6])
  else redis.call('UNLINK', KEYS[6]) end
  redis.call('HSET', KEYS[7], 'idsSinceMs', nowMs)
end

local known, deltas, lastSeenMs, order = {}, {}, {}, {}
local reply, counted, countedOf = {}, 0, {}
for i = 5, #ARGV, 4 do
  local issue, id, seenMs, sample = ARGV[i], ARGV[i + 1], tonumber(ARGV[i + 2]), ARGV[i + 3]
  local fingerprint, project = issue, nil
  if #issue > 64 then fingerprint, project = string.sub(issue, 1, 64), string.sub(issue, 66) end
  if known[fingerprint] == nil then
    known[fingerprint] = redis.call('SISMEMBER', KEYS[2], fingerprint) == 1
  end
  local outcome = earlier ~= '' and string.match(earlier, '^[^S]', #reply + 1)
  if outcome then -- by the first answer
  elseif not known[fingerprint] and sample == '' then
    outcome = 'S' -- before the id is taken, which must stay free for the retry
  elseif id ~= '' and (redis.call('SISMEMBER', KEYS[6], id) == 1
      or redis.call('SADD', KEYS[5], id) == 0) then
    outcome = '0'
  else
    outcome = '1'
    if not known[fingerprint] then
      outcome, known[fingerprint] = '2', true
      redis.call('SADD', KEYS[2], fingerprint)
      redis.call('HSET', KEYS[3], fingerprint, sample)
    end
    if not deltas[issue] then
      order[#order + 1], deltas[issue], lastSeenMs[issue] = issue, 0, 0
    end
    deltas[issue] = deltas[issue] + 1
    lastSeenMs[issue] = math.max(lastSeenMs[issue], seenMs)
    counted = counted + 1
    if project then countedOf[project] = (countedOf[project] or 0) + 1 end
  end
  reply[#reply + 1] = outcome
end

if counted > 0 then
  -- When the oldest of these began to wait for MySQL: the age of the backlog is read from it.
  if redis.call('EXISTS', KEYS[1]) == 0 then redis.call('HSET', KEYS[7], 'pendingSinceMs', nowMs) end
  redis.call('HINCRBY', KEYS[7], 'backlogEvents', counted)
  for project, events in pairs(countedOf) do
    redis.call('HINCRBY', KEYS[7], 'backlogEvents:' .. project, events)
  end
  for _, issue in ipairs(order) do
    local count, seenMs = deltas[issue], lastSeenMs[issue]
    local pending = redis.call('HGET', KEYS[1], issue)
    if pending then
      local earlier, earlierMs = string.match(pending, '^(%d+):(%d+)$')
      count, seenMs = count + tonumber(earlier), math.max(seenMs, tonumber(earlierMs))
    end
    redis.call('HSET', KEYS[1], issue, string.format('%d:%d', count, seenMs))
  end
end

local answer = loss .. table.concat(reply)
redis.call('HSET', KEYS[4], sender, string.format('%d:%d:%s', sequence, nowMs, answer))
return answer
