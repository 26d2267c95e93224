-- One payment: KEYS[1] the account's set, ARGV the payment's time in ms and its member, `amount:id`.
-- Answers with the count of each window, then the sum of each, this payment included.
local key, at = KEYS[1], tonumber(ARGV[1])
local starts = { at - 3600000, at - 86400000, at - 604800000, at - 2592000000 }
redis.call('ZADD', key, ARGV[1], ARGV[2])
redis.call('ZREMRANGEBYSCORE', key, '-inf', starts[4])
redis.call('PEXPIRE', key, 2592000000)
local answer = {}
for i = 1, 4 do
  answer[i] = redis.call('ZCOUNT', key, '(' .. string.format('%.0f', starts[i]), '+inf')
end
local members = redis.call('ZRANGE', key, 0, -1, 'REV')
local done, sum = 0, 0
for i = 1, 4 do
  for at_member = done + 1, answer[i] do
    sum = sum + tonumber(string.match(members[at_member], '^%d+'))
  end
  done = answer[i]
  answer[4 + i] = sum
end
return answer
