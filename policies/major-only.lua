-- major-only: new major versions and security fixes; nothing else is worth an interruption.
-- A downgrade is no new version, however far it goes.
--
-- For people who take patches with their regular upgrades and only want to hear of what needs a
-- decision. Each of them is said once.

local u = require "upnudge"

return u.policy {
  api = 1,
  name = "major-only",
  extends = "default",

  text = function(c)
    local upwards = c.result.major + c.result.minor + c.result.patch > 0
    return (upwards and u.text.levels(c) .. ": " or "") .. u.text.summary(c, { "versions", "security" }) .. "\n"
      .. u.text.hint(c)
  end,

  rules = {
    u.rule "minor" {
      when = function(c) return c.result.major + c.result.security == 0 end,
      quiet = "no new major version and no security fix",
    },
    u.rule "security" { notify = u.once { of = { security = true } } },
    u.rule "default"  { notify = u.once { of = { level = "major", kind = "upgraded" } } },
  },
}
