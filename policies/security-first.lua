-- security-first: a security fix is said the first time somebody could see it, then once a day until
-- it is installed; all else once a week.
--
-- For machines that face the world. Who decides what is a security fix is the check: it is told with
-- `upnudge check --security FILE`, or the dry upgrade writes $UPNUDGE_SECURITY.

local u = require "upnudge"

local function urgent(c)
  return c.result.security > 0
end

return u.policy {
  api = 1,
  name = "security-first",
  extends = "default",
  check = { every = "6h" },

  rules = {
    u.rule "new fix" {
      notify = u.once { of = { security = true } },
      text = function(c) return u.text.summary(c, { "security" }) .. "\n" .. u.text.packages(c, 5) end,
    },
    u.rule "open fix" {
      when = urgent,
      notify = u.every "1d",
      text = function(c) return u.text.summary(c, { "security" }) .. "\n" .. u.text.hint(c) end,
    },
    -- By its own clock, which a fix that stays open does not stop.
    u.rule "default" { notify = u.every("1w", { own = true }) },
  },
}
