-- separate-lock: the default policy, with the strategy that gives each notice to exactly one shell.
--
-- For everybody who opens several shells at once: a terminal with split panes, two rc files, an
-- editor that starts shells. The time of the last notice lives in its own file under its own lock.
-- An activation tries the lock and never waits: if somebody else holds it, somebody else is telling.
--
-- Guarantees: at most one notice in a window, however many shells; no check result lost; no time of
-- a notice lost by the end of a process.
--
-- To switch, put a policy like this into ~/.config/upnudge/policy.lua; nothing is recompiled.

local u = require "upnudge"

return u.policy {
  api = 1,
  name = "separate-lock",
  extends = "default",
  strategy = "separate-lock",
}
