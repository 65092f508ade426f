-- stateless-hint: one fixed line at every activation, and nothing written anywhere.
--
-- For read-only homes, shared accounts and short-lived machines, where a time of the last notice could
-- not be kept. The line is short and the same each time, so it is easy not to read.

local u = require "upnudge"

return u.policy {
  api = 1,
  name = "stateless-hint",
  extends = "default",
  strategy = "stateless",

  -- A tool that wants no hint has the summary.
  text = function(c)
    local hint = u.text.hint(c)
    return hint ~= "" and hint or u.text.summary(c)
  end,

  rules = {
    u.rule "default" { notify = u.always() },
  },
}
