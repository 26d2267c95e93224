-- Takes one expired cell away, unless a commit has moved its expiry since it was listed.
local cell, events, commits, all, expiries = unpack(KEYS)
local owner, now = unpack(ARGV)
local expires_at = redis.call('ZSCORE', expiries, owner)
if not expires_at or tonumber(expires_at) > tonumber(now) then
  return 0
end
redis.call('DEL', cell, events, commits)
redis.call('ZREM', all, owner)
redis.call('ZREM', expiries, owner)
return 1
