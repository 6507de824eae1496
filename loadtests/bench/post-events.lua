-- Lets wrk post the events of bodies.ts, each under an id of its own: nothing here is a duplicate.
-- Arguments: bodies file, tag (16 hex digits, another one a process), first line to send, result file, and how long
-- a connection pauses before each request, ms (0: not at all).
-- In a body byte 1 stands for the event id and byte 2 for the name of an issue that nobody has seen before.
-- Lines are sent in order, over and over, so the share of first sights holds however fast the service is.

local threads = {}

function setup(thread)
  thread:set('threadNumber', #threads)
  threads[#threads + 1] = thread
end

local consonants, vowels = 'ghjklmnprstvwxyz', 'aiou'

-- Letters alone, always as many: a number in a message would not make another issue. 64 syllables of two.
local function word(value, syllables)
  local letters = {}
  for i = 1, syllables do
    local digit = value % 64
    local at, vowel = math.floor(digit / 4) + 1, digit % 4 + 1
    letters[i] = consonants:sub(at, at) .. vowels:sub(vowel, vowel)
    value = math.floor(value / 64)
  end
  return table.concat(letters)
end

local counterSyllables = 5

function init(args)
  local bodiesFile, tag, first
  bodiesFile, tag, first, resultFile = args[1], args[2], tonumber(args[3]), args[4]
  local pauseMs = tonumber(args[5])
  -- Only then: wrk asks for a delay before every request of a script that has the function.
  if pauseMs > 0 then delay = function() return math.floor(pauseMs * (0.5 + math.random())) end end
  idPrefix = tag .. string.format('%04x', threadNumber)
  wordPrefix = word(tonumber(tag:sub(-8), 16), 6) .. word(threadNumber, 2)
  local head = 'POST /api/v1/errors/log HTTP/1.1\r\nHost: ' .. wrk.host .. ':' .. wrk.port ..
    '\r\nContent-Type: application/json\r\nContent-Length: '
  before, after, fresh = {}, {}, {}
  for line in io.lines(bodiesFile) do
    local _, names = line:gsub('\2', '')
    local length = #line + 31 + names * (#wordPrefix + 2 * counterSyllables - 1)
    local request = head .. length .. '\r\n\r\n' .. line
    local at = request:find('\1', 1, true)
    local i = #before + 1
    before[i], after[i], fresh[i] = request:sub(1, at - 1), request:sub(at + 1), names > 0
  end
  -- wrk asks for one request that it does not send: it then counts it as the 0th.
  sent, line = -1, first - 1
  cpuSecondsBefore = os.clock()
end

function request()
  sent = sent + 1
  line = line % #before + 1
  local rest = after[line]
  if fresh[line] then rest = rest:gsub('\2', wordPrefix .. word(sent + 1, counterSyllables)) end
  return before[line] .. idPrefix .. string.format('%012x', sent + 1) .. rest
end

-- Runs in a Lua state of its own. os.clock() is the CPU time of the whole process.
function done(summary)
  local all = 0
  for i, thread in ipairs(threads) do
    all = all + thread:get('sent') + (i > 1 and 1 or 0) -- only the first was asked beforehand
  end
  local errors = summary.errors
  local file = assert(io.open(threads[1]:get('resultFile'), 'w'))
  file:write(string.format(
    '{"seconds":%.6f,"sent":%d,"answered":%d,"refused":%d,"socketErrors":%d,"cpuSeconds":%.6f}\n',
    summary.duration / 1e6, all, summary.requests, errors.status,
    errors.connect + errors.read + errors.write + errors.timeout,
    os.clock() - threads[1]:get('cpuSecondsBefore')))
  file:close()
end
