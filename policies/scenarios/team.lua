-- team: a project that five people share on one machine, with a job in CI each night.
--
-- Two of them work early, two late, one also at weekends; shells open several at once. Whoever is told
-- upgrades within two days, so the same news does not wait for long.

local u = require "upnudge"

return u.scenario {
  api = 1,
  name = "team",

  installed = {
    cargo = "1.75.0", curl = "8.9.0", git = "2.45.1", nodejs = "20.11.1", openssl = "3.0.14", terraform = "1.7.0",
  },

  releases = {
    { every = "2d", packages = { "cargo", "curl", "git", "openssl", "terraform" }, level = "patch", security = 0.15 },
    { every = "8d", packages = { "cargo", "nodejs", "terraform" }, level = "minor" },
    { every = "4d", packages = { "curl", "git", "openssl" }, level = "rebuild" },
  },

  people = {
    { from = 7, to = 15, shells = 12, at_once = 2, upgrades = "2d" },
    { from = 10, to = 20, shells = 16, at_once = 3 },
    { day = { "Sat", "Sun" }, from = 14, to = 23, shells = 4 },
    { day = { "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun" }, from = 2, to = 3, shells = 1, tty = false, ci = true },
  },
}
