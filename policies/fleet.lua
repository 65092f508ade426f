-- fleet: one notice for a team, on however many machines, and one dry upgrade for all of them.
--
-- Who was told is a row of PostgreSQL. The database is asked only when a notice is about to be shown, for
-- 150 ms at most; one that does not answer means silence. A team knows an environment by its name, so a
-- clone in another place is the same one. A machine's check serves all that have the same lockfile.
--
-- Copy it and put your server's name between the slashes; its password belongs into ~/.pgpass. As it is,
-- libpq's variables say where it is (PGHOST, PGUSER ...), or $UPNUDGE_DATABASE does. The first check makes
-- its tables.

local u = require "upnudge"

return u.policy {
  api = 1,
  name = "fleet",
  extends = "default",
  strategy = "database",
  database = "postgresql:///upnudge",
  per = "team",
}
