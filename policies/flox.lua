-- flox: what Flox does today, word for word.
--
-- For Flox itself and for teams that like its way: every interactive activation says so again, so
-- that somebody who saw the message and did nothing sees it again and does not wonder. Silent for
-- `flox activate -- command`, when the environment is active already, and when nobody watches. Flox
-- counts version changes and rebuilds; packages that come or go are not its subject.
--
-- Strategy "stateless": nothing about notices is written, so nothing can be lost.

local u = require "upnudge"

local counted = { "versions", "rebuilds" }

return u.policy {
  api = 1,
  name = "flox",
  strategy = "stateless",
  check = { every = "1d" },
  hint = "flox upgrade --dry-run",

  -- As Flox does; it looks at no variable of CI or of agents, speaks in place without a terminal, and tells
  -- of versions and rebuilds alone.
  verify = { allow = { "ci", "agent", "no-terminal", "kinds" } },

  text = function(c)
    return u.text.summary(c, counted) .. "\n" .. u.text.hint(c)
  end,

  rules = {
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
      when = function(c) return not c.host.tty and c.host.mode ~= "in-place" end,
      quiet = "not interactive", code = "nobody-watching",
    },
    u.rule "nothing" {
      when = function(c) return c.result.versions + c.result.rebuilds == 0 end,
      quiet = "neither a version change nor a rebuild",
    },
    u.rule "always"  { notify = u.always() },
  },
}
