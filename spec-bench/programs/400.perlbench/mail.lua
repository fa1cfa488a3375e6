-- Mail handling as in SPEC's perl workloads: parse messages, score words, wrap, turn into HTML, thread by subject, report.
-- usage: lua mail.lua ROUNDS <mailbox
local rounds = tonumber(arg[1])
local mailbox = io.read('a')

local function parse(text)
  local messages = {}
  for head, body in text:gmatch('From: (.-)\n\n(.-)\n%-%-%-%-\n') do
    local message = { headers = {}, body = body }
    for key, value in ('From: ' .. head .. '\n'):gmatch('([%w%-]+):%s*([^\n]*)\n') do
      message.headers[key:lower()] = value
    end
    messages[#messages + 1] = message
  end
  return messages
end

local function score(message, seen)
  local points, words = 0, 0
  for word in message.body:gmatch('%a+') do
    word = word:lower()
    local n = (seen[word] or 0) + 1
    seen[word] = n
    words = words + 1
    if #word > 9 then points = points + 3 end
    if word:find('^[bdf].*us$') then points = points + 7 end
    if n > 20 and word:match('(%a)%1') then points = points - 1 end
  end
  return points * 1000 // (words + 1)
end

local escapes = { ['<'] = '&lt;', ['>'] = '&gt;', ['&'] = '&amp;' }
local function to_html(message)
  local out = { '<h1>' .. message.headers.subject:gsub('[<>&]', escapes) .. '</h1>' }
  for paragraph in (message.body .. '\n\n'):gmatch('(.-)\n\n') do
    local text = paragraph:gsub('[<>&]', escapes):gsub('\n', ' ')
    text = text:gsub('(%a+)@(%a+)', '<a href="mailto:%1@%2">%1</a>'):gsub('%f[%a](%u%a+)%f[%A]', '<b>%1</b>')
    out[#out + 1] = '<p>' .. text .. '</p>'
  end
  return table.concat(out, '\n')
end

local function wrap(text, width)
  local lines, line, length = {}, {}, 0
  for word in text:gmatch('%S+') do
    if length + #word + 1 > width then
      lines[#lines + 1] = table.concat(line, ' ')
      line, length = {}, 0
    end
    line[#line + 1] = word
    length = length + #word + 1
  end
  lines[#lines + 1] = table.concat(line, ' ')
  return lines
end

local function digest(text)
  local a, b = 1, 0
  for i = 1, #text do
    a = (a + text:byte(i)) % 65521
    b = (b + a) % 65521
  end
  return b << 16 | a
end

local thread = {}
thread.__index = thread
function thread.new(subject) return setmetatable({ subject = subject, members = {} }, thread) end
function thread:add(message) self.members[#self.members + 1] = message end
function thread:weight()
  local sum = 0
  for _, message in ipairs(self.members) do sum = sum + message.score end
  return sum
end

for round = 1, rounds do
  local messages, seen, threads, order = parse(mailbox), {}, {}, {}
  local check, lines = 0, 0
  for index, message in ipairs(messages) do
    message.index = index
    message.score = score(message, seen)
    local html = to_html(message)
    check = (check * 31 + digest(html)) & 0xffffffff
    lines = lines + #wrap(message.body, 40 + (index + round) % 30)
    local subject = message.headers.subject:gsub('^Re: ', '')
    if not threads[subject] then
      threads[subject] = thread.new(subject)
      order[#order + 1] = threads[subject]
    end
    threads[subject]:add(message)
  end
  table.sort(order, function(x, y)
    local wx, wy = x:weight(), y:weight()
    if wx ~= wy then return wx > wy end
    return x.subject < y.subject
  end)
  local words = {}
  for word in pairs(seen) do words[#words + 1] = word end
  table.sort(words, function(x, y) return seen[x] > seen[y] or seen[x] == seen[y] and x < y end)
  print(string.format('round %d: %d messages, %d threads, %d lines, check %08x', round, #messages, #order, lines, check))
  for i = 1, math.min(5, #order) do
    print(string.format('  %5d %-40s %d', order[i]:weight(), order[i].subject, #order[i].members))
  end
  for i = 1, math.min(10, #words) do print(string.format('  %6d %s', seen[words[i]], words[i])) end
end
