-- server: a machine that somebody logs into about once a week, and that security fixes concern most.

local u = require "upnudge"

return u.scenario {
  api = 1,
  name = "server",

  installed = { curl = "8.9.0", nginx = "1.24.0", openssl = "3.0.14", openssh = "9.6.0", postgresql = "16.2.0" },

  releases = {
    { every = "6d", packages = { "curl", "nginx", "openssl", "openssh", "postgresql" }, level = "patch", security = 0.4 },
    { every = "7d", packages = { "curl", "nginx", "openssl", "postgresql" }, level = "rebuild" },
  },

  people = {
    { day = { "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun" }, from = 0, to = 24, shells = 0.15 },
    { day = { "Wed" }, from = 10, to = 12, shells = 2, upgrades = "1h" },
  },
}
