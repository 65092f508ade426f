-- team: a template for a platform team. Copy it to ~/.config/upnudge/policy.lua or
-- /etc/xdg/upnudge/policy.lua and change what you like; everything not said comes from "default".
--
-- Here: rebuilds alone are no news, nobody is disturbed at night and on the weekend, packages that the
-- team pins are left out, and there are words of its own.

local u = require "upnudge"

return u.policy {
  api = 1,
  name = "team",
  extends = "default",

  check = { every = "12h" },
  ignore = { "internal-*" },
  hint = "make upgrade",
  catalogues = { en = { hint = "Run '{command}' when it suits you." } },

  rules = {
    u.rule "night"    { when = u.hours { from = 20, to = 8 },         quiet = "quiet hours" },
    u.rule "weekend"  { when = u.hours { day = { "Sat", "Sun" } },    quiet = "the weekend" },
    u.rule "rebuilds" {
      when = function(c)
        return c.result.rebuilds == c.result.total and c.result.security + c.result.exposed == 0
      end,
      quiet = "rebuilds only",
    },
    u.rule "default"  { notify = u.every "3d" },
  },
}
