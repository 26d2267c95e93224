-- What the server that holds this slot promises: whether it may drop keys, and whether it writes a log.
local memory, persistence = redis.call('INFO', 'memory'), redis.call('INFO', 'persistence')
return {
  memory:match('maxmemory_policy:([%w-]+)') or '',
  persistence:match('aof_enabled:(%d)') or '',
  redis.call('HGET', KEYS[1], 'whole') or '',
}
