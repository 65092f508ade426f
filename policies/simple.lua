-- simple: the default policy, with the strategy that has the least machinery.
--
-- For one person with one shell at a time, and for file systems where locks do not work. The time of
-- the last notice is a number of fixed width inside the record; an activation overwrites its digits
-- and takes no lock at all.
--
-- Guarantees: no check result is ever lost. What can happen: a time of a notice is lost when a check
-- commits in the same instant, and shells that open in the same instant may each speak. Then a notice
-- is seen twice; nothing worse.

local u = require "upnudge"

return u.policy {
  api = 1,
  name = "simple",
  extends = "default",
  strategy = "simple",
}
