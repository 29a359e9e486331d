/**
 * A token bucket as one Lua script.
 *
 * @module
 */

/**
 * The arithmetic of bucket.ts, on the clock of the server, in microseconds. Microseconds fit a Lua number until the
 * year 2255. One hash holds everything of one key: `ID:tokens` and `ID:at` for each size, and `until`. The hash expires
 * when all its buckets are full and the key is open. Numbers have 17 digits: fewer would lose fractions of a token.
 */
export const bucketScript = `
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local key, op = KEYS[1], ARGV[1]
local function keep(last)
  local left = math.ceil((last - now) / 1000)
  if left > redis.call('PTTL', key) then redis.call('PEXPIRE', key, left) end
end

local closes = tonumber(redis.call('HGET', key, 'until') or 0)
if op == 'block' then
  local last = now + tonumber(ARGV[2])
  if last <= closes then return 0 end
  redis.call('HSET', key, 'until', string.format('%.0f', last))
  keep(last)
  return 1
end

local id, requests, window, cost = ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
local bucket = redis.call('HMGET', key, id .. ':tokens', id .. ':at')
local tokens, at = tonumber(bucket[1] or requests), tonumber(bucket[2] or now)
if now > at then tokens = math.min(requests, tokens + (now - at) * requests / window) end
local closed = math.max(0, closes - now)
local wanted = cost
if cost == 0 then wanted = 1 end
local allowed = closed == 0 and tokens + 1e-9 >= wanted
if allowed then tokens = tokens - cost end
if op == 'take' and (allowed or now < at) then
  redis.call('HSET', key, id .. ':tokens', string.format('%.17g', tokens), id .. ':at', string.format('%.0f', now))
  keep(math.max(closes, now + (requests - tokens) * window / requests))
end

if allowed then wanted = 1 end
local missing, refilled = wanted - tokens, 0
if missing > 1e-9 then refilled = missing * window / requests end
local remaining = 0
if closed == 0 then remaining = math.max(0, math.floor(tokens + 1e-9)) end
return { allowed and 1 or 0, remaining, math.ceil(math.max(refilled, closed)) }`
