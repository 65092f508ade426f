-- weekly: one digest a week, on Monday mornings, with the packages that matter.
--
-- For people who plan their upgrades: nothing on other days but security fixes, each of them once, as in the
-- default, and a Monday that was missed (a holiday, a laptop that stayed shut), which is caught up at the next
-- activation between 8 and 20 o'clock, with what was known that Monday. On Monday itself it waits for that
-- morning's check.

local u = require "upnudge"

return u.policy {
  api = 1,
  name = "weekly",
  extends = "default",

  text = function(c)
    return u.text.summary(c) .. "\n" .. u.text.packages(c, 5) .. "\n" .. u.text.hint(c)
  end,

  rules = {
    u.rule "default" { notify = u.on { day = "Mon", from = 8, to = 20 } },
  },
}
