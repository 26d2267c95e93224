-- One commit of one cell. All keys share one hash tag, so they lie in one slot.
-- Versions are compared and written as text: Lua's numbers are doubles and lose whole numbers above 2^53.
local marker, cell, events, commits, all, expiries, items, queue = unpack(KEYS)
local expected, version, body, expires_at, id, owner, first_seq, event_count, item_count, waits = unpack(ARGV, 1, 10)
if redis.call('HEXISTS', marker, 'whole') == 0 then
  return { 'lost' }
end
local seq = redis.call('HGET', commits, id)
if seq then
  if waits == '1' then
    -- Written again as it was: WAIT speaks of what this connection wrote, and a repeat would have written nothing.
    redis.call('HSET', commits, id, seq)
  end
  return { 'duplicate', seq, redis.call('LINDEX', events, (tonumber(seq) or 0) - 1) }
end
local current = redis.call('HMGET', cell, 'version', 'body')
if (current[1] or '') ~= expected then
  return { 'conflict', current[1], current[2] }
end
if first_seq == '' or redis.call('LLEN', events) ~= tonumber(first_seq) - 1 then
  return { 'broken' }
end
-- Their types, before anything is written: a script that fails half-way is not taken back.
redis.call('ZCARD', all)
redis.call('ZCARD', expiries)
redis.call('ZCARD', queue)
redis.call('HLEN', items)
local first_item, seen = 11 + tonumber(event_count), {}
for n = 0, tonumber(item_count) - 1 do
  local item = ARGV[first_item + 2 * n]
  if seen[item] or redis.call('HEXISTS', items, item) == 1 then
    return { 'waiting' }
  end
  seen[item] = true
end
-- From here on everything happens.
redis.call('HSET', cell, 'version', version, 'body', body)
redis.call('RPUSH', events, unpack(ARGV, 11, first_item - 1))
redis.call('HSET', commits, id, first_seq)
redis.call('ZADD', all, 0, owner)
if expires_at == '' then
  redis.call('ZREM', expiries, owner)
else
  redis.call('ZADD', expiries, expires_at, owner)
end
if item_count ~= '0' then
  -- Microseconds, and never twice the same: so the items of one cell keep their order.
  local now = redis.call('TIME')
  local turn = tonumber(now[1]) * 1000000 + tonumber(now[2])
  local last = redis.call('ZRANGE', queue, -1, -1, 'WITHSCORES')[2]
  if last and tonumber(last) >= turn then
    turn = tonumber(last) + 1
  end
  for n = 0, tonumber(item_count) - 1 do
    local item = ARGV[first_item + 2 * n]
    redis.call('HSET', items, item, ARGV[first_item + 2 * n + 1])
    redis.call('ZADD', queue, string.format('%.0f', turn + n), item)
  end
end
return { 'committed' }
