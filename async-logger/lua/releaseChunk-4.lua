#!lua flags=allow-oom
-- KEYS 1 chunks 2 chunkClaims 3 meta 4 samples; ARGV 1 chunk id 2 its events, then fingerprints now stored
-- Forgets a chunk that MySQL has. Returns 1, or 0 when another worker was first.
for i = 3, #ARGV do redis.call('HDEL', KEYS[4], ARGV[i]) end
if redis.call('HDEL', KEYS[1], ARGV[1]) == 0 then return 0 end
redis.call('ZREM', KEYS[2], ARGV[1])
redis.call('HINCRBY', KEYS[3], 'backlogEvents', -tonumber(ARGV[2]))
redis.call('HINCRBY', KEYS[3], 'released', 1)
return 1
