#!lua
-- KEYS 1 pending 2 known 3 samples 4 senders 5 idsNew 6 idsOld 7 meta
-- ARGV 1 sender 2 sequence number 3 id window, ms 4 the last number this sender got an answer for, 0 if it forgot,
--   5 '1' for a batch that is acknowledged already: no rate can refuse it 6 issues at most of a project
--   7 number of rules, then of each: project, events a second (0: any number), burst, new issues a minute at most,
--   overflow issue key, its sample. A project needs one when it has a rate or when an event brings a sample.
--   then per event: issue key (its fingerprint, and ':' and its project unless that is default), event id or '',
--   seen at, ms, sample or ''
-- Counts a batch in one step, or not at all. Returns one character an event:
--   1 counted, 2 counted and a first sight, 0 duplicate, S not counted: send the batch again with its sample
--   L not counted: over its project's rate, O counted under the overflow issue, as its own would be one too many,
--   o duplicate of such a one
-- Behind them ' project=seconds' of each project with an L: in how many there is room for one more.
-- Before them '!' when the sender is not known here up to that answer: this Redis has lost data.
-- The first line makes a full Redis refuse it before anything is written; without it a script is refused only
-- at its first write that takes memory, and never after one that takes none.
-- A batch sent again (its answer got lost) counts what was S and changes nothing else; if it is acknowledged, L too.
local sender, sequence, windowMs = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
local open = ARGV[5] == '1' and '[SL]' or 'S'

-- A watermark a sender, not a key a batch: keys with a lifetime run out during a long outage, and the
-- resend then counts twice.
local last = redis.call('HGET', KEYS[4], sender) or '0:0:'
local done, lossThen, outcomes = string.match(last, '^(%d+):%d+:(!?)(.*)$')
done = tonumber(done)
local loss, earlier = done < tonumber(ARGV[4]) and '!' or '', ''
if done >= sequence then
  if done > sequence then return redis.error_reply('STALE batch ' .. sequence .. ' after ' .. done) end
  loss, earlier = lossThen, outcomes
  if not string.find(earlier, open) then return loss .. earlier end
end

local time = redis.call('TIME')
local nowMs = time[1] * 1000 + math.floor(time[2] / 1000)

-- Event ids live in two sets that change places, by the one clock that all senders share: an id is
-- known for one to two windows. A key an id would cost twice the memory and a timer each.
local idsSinceMs = tonumber(redis.call('HGET', KEYS[7], 'idsSinceMs') or '0')
if nowMs < idsSinceMs then
  -- The clock was ahead and is set back: until then the sets would not change places, only grow.
  redis.call('HSET', KEYS[7], 'idsSinceMs', nowMs)
elseif nowMs - idsSinceMs >= windowMs then
  if redis.call('EXISTS', KEYS[5]) == 1 then redis.call('RENAME', KEYS[5], KEYS[6])
  else redis.call('UNLINK', KEYS[6]) end
  redis.call('HSET', KEYS[7], 'idsSinceMs', nowMs)
end

local rules, events = nil, 8 + 6 * tonumber(ARGV[7])
if events > 8 then
  rules = {}
  for i = 8, events - 1, 6 do
    rules[ARGV[i]] = { perSecond = tonumber(ARGV[i + 1]), burst = tonumber(ARGV[i + 2]),
      perMinute = tonumber(ARGV[i + 3]), overflow = ARGV[i + 4], overflowSample = ARGV[i + 5] }
  end
end

-- Before the event id is looked at: a refused event's id must stay free for its retry.
local function refused(project, rule)
  if ARGV[5] == '1' or rule.perSecond == 0 then return false end
  if not rule.tokens then
    local kept = redis.call('HGET', KEYS[7], 'tokens:' .. project) or ''
    local tokens, atMs = string.match(kept, '^(%S+) (%d+)$')
    local grown = math.max(0, nowMs - tonumber(atMs or nowMs)) * rule.perSecond / 1000
    rule.tokens = math.min(rule.burst, tonumber(tokens or rule.burst) + grown)
  end
  if rule.tokens < 0.999999 then
    rule.limited = true
    return true
  end
  rule.tokens = rule.tokens - 1
  return false
end

local function hasRoom(project, rule)
  if not rule.minute then
    local kept = redis.call('HGET', KEYS[7], 'issues:' .. project) or ''
    local minute, new, all = string.match(kept, '^(%d+) (%d+) (%d+)$')
    rule.minute, rule.issues = math.floor(nowMs / 60000), tonumber(all or 0)
    rule.new = tonumber(minute) == rule.minute and tonumber(new) or 0
  end
  if rule.new >= rule.perMinute or rule.issues >= tonumber(ARGV[6]) then return false end
  rule.new, rule.issues, rule.grown = rule.new + 1, rule.issues + 1, true
  return true
end

local known, deltas, lastSeenMs, order = {}, {}, {}, {}
local reply, counted, countedOf = {}, 0, {}
for i = events, #ARGV, 4 do
  local issue, id, seenMs, sample = ARGV[i], ARGV[i + 1], tonumber(ARGV[i + 2]), ARGV[i + 3]
  local fingerprint, project = issue, nil
  if #issue > 64 then fingerprint, project = string.sub(issue, 1, 64), string.sub(issue, 66) end
  if known[fingerprint] == nil then
    known[fingerprint] = redis.call('SISMEMBER', KEYS[2], fingerprint) == 1
  end
  local rule = rules and rules[project or 'default']
  local outcome = earlier ~= '' and string.sub(earlier, #reply + 1, #reply + 1)
  if outcome and string.find(outcome, open) then outcome = false end
  if outcome then -- by the first answer
  elseif not known[fingerprint] and sample == '' then
    outcome = 'S' -- before the id is taken, which must stay free for the retry
  elseif rule and refused(project or 'default', rule) then
    outcome = 'L'
  elseif id ~= '' and (redis.call('SISMEMBER', KEYS[6], id) == 1
      or redis.call('SADD', KEYS[5], id) == 0) then
    outcome = known[fingerprint] and '0' or 'o'
  else
    outcome = known[fingerprint] and '1' or '2'
    if outcome == '2' and not hasRoom(project or 'default', rule) then
      outcome, issue, sample = 'O', rule.overflow, rule.overflowSample
      fingerprint = string.sub(issue, 1, 64)
      known[fingerprint] = known[fingerprint] or redis.call('SISMEMBER', KEYS[2], fingerprint) == 1
    end
    if not known[fingerprint] then
      known[fingerprint] = true
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

local waits = string.match(earlier, ' .*$') or ''
for project, rule in pairs(rules or {}) do
  if rule.tokens then
    redis.call('HSET', KEYS[7], 'tokens:' .. project, string.format('%.6f %d', rule.tokens, nowMs))
  end
  if rule.grown then
    local issues = string.format('%d %d %d', rule.minute, rule.new, rule.issues)
    redis.call('HSET', KEYS[7], 'issues:' .. project, issues)
  end
  if rule.limited then
    waits = waits .. ' ' .. project .. '=' .. math.ceil((1 - rule.tokens) / rule.perSecond)
  end
end

local answer = loss .. table.concat(reply) .. waits
redis.call('HSET', KEYS[4], sender, string.format('%d:%d:%s', sequence, nowMs, answer))
return answer
