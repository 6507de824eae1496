#!lua flags=allow-oom
-- KEYS 1 chunks 2 chunkClaims 3 meta 4 samples
-- ARGV 1 chunk id 2 number of projects, then of each its name and the chunk's events; then fingerprints now stored
-- Forgets a chunk that MySQL has. Returns 1, or 0 when another worker was first.
local projectsEnd = 2 + 2 * tonumber(ARGV[2])
for i = projectsEnd + 1, #ARGV do redis.call('HDEL', KEYS[4], ARGV[i]) end
if redis.call('HDEL', KEYS[1], ARGV[1]) == 0 then return 0 end
redis.call('ZREM', KEYS[2], ARGV[1])
for i = 3, projectsEnd, 2 do
  local project, events = ARGV[i], tonumber(ARGV[i + 1])
  redis.call('HINCRBY', KEYS[3], 'backlogEvents', -events)
  if project ~= 'default' then redis.call('HINCRBY', KEYS[3], 'backlogEvents:' .. project, -events) end
end
redis.call('HINCRBY', KEYS[3], 'released', 1)
return 1
