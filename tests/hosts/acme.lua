-- acme.lua
local upnudge = require "upnudge"
local task, environment = table.unpack(arg)

local function fail(message)
  io.stderr:write("acme: ", message, "\n")
  os.exit(1, true)
end

local runtime <close>, message = upnudge.open { app = "acme-in-lua" }
if not runtime then fail(message) end

-- Stands for your command, which takes its time and prints the lockfile of an upgrade.
local DRY_UPGRADE <const> = { "sh", "-c", '"$UPNUDGE_ENVIRONMENT/dry-upgrade"' }

--- At each activation: what there is to say, and a check in the background, once a day.
local function activate()
  local notice = runtime:notify(environment, { hint = "acme upgrades" })
  if notice.text then io.stderr:write(notice.text, "\n") end
  runtime:check_detach(environment, {}, DRY_UPGRADE)
end

--- A check by ourselves. What stands for our dry upgrade has the lockfile of an upgrade as input.
local function check()
  local begun = runtime:check_begin(environment)
  if begun.state ~= "begun" then return begun end
  local bytes = io.read "a"
  return bytes ~= "" and begun:commit(bytes) or begun:fail "the dry upgrade printed nothing"
end

local answer = task == "check" and check() or activate()
if answer and answer.outcome == "failed" then
  fail(answer.reason)
elseif answer and answer.outcome ~= "checked" then
  io.stderr:write("acme: ", answer.reason, "\n")
end
