-- default: for people at a terminal who want to know, and not be nagged.
--
-- Silent where no person reads: in CI, for a coding agent, without a terminal, for one command, and
-- when the environment is active already. Otherwise: a security fix is said at the first shell after
-- a check has found it, once; all else that is newer for this system at most once a week.
--
-- Strategy "separate-lock": the time of the last notice has a file and a lock of its own. Of many
-- shells that open at once, one speaks; no activation waits; nothing a check finds is ever lost.
--
-- To change something, write a policy of your own that says `extends = "default"`. A rule with the
-- name of one below takes its place; other rules are asked behind the guards and before the rest.

local u = require "upnudge"

return u.policy {
  api = 1,
  name = "default",
  strategy = "separate-lock",
  check = { every = "1d" },

  rules = {
    u.rule "ci" {
      guard = true,
      when = function(c) return c.host.ci end,
      quiet = "running in CI", code = "nobody-watching",
    },
    u.rule "agent" {
      guard = true,
      when = function(c) return c.host.agent end,
      quiet = "an agent runs this shell", code = "agent",
    },
    u.rule "command" {
      guard = true,
      when = function(c) return c.host.mode == "command" end,
      quiet = "running one command", code = "command",
    },
    u.rule "active" {
      guard = true,
      when = function(c) return c.host.active end,
      quiet = "the environment is active already", code = "already-active",
    },
    u.rule "nobody" {
      guard = true,
      when = function(c) return not c.host.tty end,
      quiet = "no terminal: nobody is watching", code = "nobody-watching",
    },
    u.rule "security" { notify = u.once { of = { security = true } } },
    u.rule "default"  { notify = u.every "1w" },
  },
}
