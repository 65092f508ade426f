-- developer: one person at one project, five days a week, and what comes out for it.
--
-- Patches trickle in, a minor version now and then, a major one in the fourth week; the distribution
-- rebuilds things; about one release in ten mends a security problem. The person has a week off and
-- never upgrades because of a notice.

local u = require "upnudge"

return u.scenario {
  api = 1,
  name = "developer",

  installed = {
    curl = "8.9.0", git = "2.45.1", nodejs = "20.11.1", openssl = "3.0.14", postgresql = "16.2.0",
    python = "3.12.1", ripgrep = "14.1.0", jq = "1.7.1",
  },

  releases = {
    { every = "3d", packages = { "curl", "git", "jq", "openssl", "python", "ripgrep" }, level = "patch", security = 0.1 },
    { every = "9d", packages = { "git", "nodejs", "postgresql", "python" }, level = "minor" },
    { every = "5d", packages = { "curl", "git", "nodejs", "openssl", "python" }, level = "rebuild" },
    { at = "24d", packages = { "nodejs" }, to = "22.0.0" },
    { at = "30d", packages = { "openssl" }, level = "patch", security = true },
  },

  people = {
    { day = { "Mon", "Tue", "Wed", "Thu", "Fri" }, from = 9, to = 18, shells = 8, away = { "2027-02-01 2027-02-05" } },
  },
}
