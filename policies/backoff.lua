-- backoff: a new result is said at once, then after one day, two, four ... a month at most.
--
-- For people who upgrade when they want to and not when they are told: whoever leaves a result alone
-- hears of it less and less; something new starts anew.

local u = require "upnudge"

return u.policy {
  api = 1,
  name = "backoff",
  extends = "default",

  rules = {
    u.rule "default" { notify = u.backoff { first = "1d", factor = 2, max = "30d" } },
  },
}
