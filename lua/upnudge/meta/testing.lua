---@meta upnudge.testing
--- Types of the tests of policies. Printed by `upnudge policy reference --types testing`; made from language/schema/.

---@class upnudge.testing.WorldOptions
---@field policy? string A file, or the name of a ready-made policy.
---@field now? string|integer When the world begins.
---@field utc_offset? string|integer By how much local time is ahead of UTC.
---@field lang? string The person's language.
---@field app? string The tool's name.
---@field name? string What the environment is called.
---@field path? string Where the person has it.
---@field format? "flox"|"npm"|"cargo"|"uv" Which lockfile it has, for a policy's `c.env.format`, and for what is known of packages.
---@field installed? table<string, string|upnudge.testing.Package> What is installed at the start; without it, whatever is released.
---@field host? upnudge.testing.Activation What each activation has, unless it says otherwise.
---@field lockfiles? { called: string, old: string, new: string, security: string[]? } Real lockfiles in the place of made-up ones: the names of one, its bytes before and after an upgrade, and the packages that this mends.

---@class upnudge.testing.Package
---@field version string Its version.
---@field direct? boolean Whether the project asked for it by name; `npm`, `cargo` and `uv` tell.
---@field group? string Its group; "dev" or "optional" with `npm`, any with `flox`.
---@field released? string|integer When it came out; `flox` and `uv` tell.
---@field system? string Its platform; `flox` tells.

---@class upnudge.testing.Release
---@field security? boolean|upnudge.testing.Problem Whether it mends a security problem: true, or what is known of that problem.
---@field from? string The version that is installed.

---@class upnudge.testing.Problem
---@field id? string What the scanner calls it, "CVE-2024-5535".
---@field aliases? string[] Other ids of it.
---@field severity? "critical"|"high"|"medium"|"low" How bad it is.
---@field url? string Where one reads of it.
---@field title? string What it is, in a line.
---@field withdrawn? boolean Whether nothing is wrong but that the version was taken back.

---@class upnudge.testing.Check
---@field fails? string Why the check fails.
---@field upgrade? string What upgrades the environment, as `c.env.upgrade` has it.

---@class upnudge.testing.Activation
---@field tty? boolean Whether somebody watches.
---@field ci? boolean Whether it is continuous integration.
---@field agent? string Which agent runs the shell.
---@field session? string Which session of a shell it is in.
---@field user? string The login name.
---@field machine? string The machine's name.
---@field vars? table<string, string> Variables of the environment. `NO_UPDATE_NOTIFIER` and `UPNUDGE_QUIET` count, too.
---@field attributes? table<string, string> What the host says in words of its own (`--set`).
---@field mode? "activate"|"in-place"|"command" How the environment is activated.
---@field active? boolean Whether it is active already.
---@field command? string What is run in it, with mode "command".
---@field hint? string What a person runs for details.
---@field lang? string The person's language.
---@field look? "plain"|"styled"|"terminal" "styled": the decision has the text with its colours and links as `shown`.

---@class upnudge.testing.Told
---@field at? string|integer When.
---@field rule? string Which rule spoke.
---@field session? string In which session.

---@class upnudge.testing.Snooze
---@field all? boolean Whether it is of all environments.

---@class upnudge.testing.EnvironmentOptions
---@field path? string Where the person has it.
---@field format? "flox"|"npm"|"cargo"|"uv" Which lockfile it has.

---@class upnudge.testing.Decision
---@field notify boolean Whether somebody was told.
---@field text? string What they were told.
---@field rule? string The rule that decided.
---@field reason string Why, in words.
---@field code string Which reason that is: "notified", "not-due", "nobody-watching" …
---@field next_at? integer Before which time nothing is said, seconds UTC.
---@field shown? string The text as `look` wants it, where that is another.
---@field trace? table[] Of `explain`: each rule with its `rule`, `matched`, `answer` and `reason`.
---@field error? boolean Whether the policy failed.
---@field cooling? table What is too new to count: `total`, `next_at`, `last_at`.
---@field trouble? string What did not work though somebody was told.
---@field environments? upnudge.testing.Decision[] Of each environment, where the directory has several.
---@field digest? table What was looked at, with `scope = "person"`.
---@field own_code? string With that the code of the environment itself.
---@field format? string The format of the lockfile, where the directory has several.
---@field lockfile? string That lockfile.

---@class upnudge.testing.World
---@field now integer The clock, seconds UTC.
---@field name string What the environment is called.
---@field path string Where the person has it.
local World = {}

---@class upnudge.testing.Module
local testing = {}

--- A world: one person with an environment, under that policy, whose clock stands. `local world <close>` ends it with the test.
---@param options upnudge.testing.WorldOptions?
---@return upnudge.testing.World
function testing.world(options) end

--- Sets the clock; gives the world, as all do for which nothing else is said.
---@param time integer|string
---@return upnudge.testing.World
function World:at(time) end

--- Moves the clock on.
---@param duration string|number
---@return upnudge.testing.World
function World:advance(duration) end

--- A newer version comes out, an older one, or without a version another build of the same. In a world whose `installed` says what there is, of what there is, or with `from`.
---@param name string
---@param version string?
---@param options upnudge.testing.Release?
---@return upnudge.testing.World
function World:release(name, version, options) end

--- A package comes with the upgrade, or without a version goes.
---@param name string
---@param version string?
---@param options upnudge.testing.Package?
---@return upnudge.testing.World
function World:offer(name, version, options) end

--- A problem of what is installed becomes known, for which there is no fix until a release with `security`.
---@param name string
---@param problem upnudge.testing.Problem?
---@return upnudge.testing.World
function World:expose(name, problem) end

--- A check: from then on policies know what came out. Gives its `outcome`, `reason` and `changes`.
---@param options upnudge.testing.Check?
---@return table
function World:check(options) end

--- A shell is opened; gives what is decided, and what is said counts as told.
---@param options upnudge.testing.Activation?
---@return upnudge.testing.Decision
function World:activate(options) end

--- The same with each rule's answer as `trace`; nothing counts as told.
---@param options upnudge.testing.Activation?
---@return upnudge.testing.Decision
function World:explain(options) end

--- The person was told of what waits, whatever the policy says: for `c.history`.
---@param options upnudge.testing.Told?
---@return upnudge.testing.World
function World:told(options) end

--- The person upgrades these packages, or all.
---@param ... string
---@return upnudge.testing.World
function World:upgrade(...) end

--- The person wants to hear nothing for a while; without a duration, to hear again.
---@param duration string|number|nil
---@param options upnudge.testing.Snooze?
---@return upnudge.testing.World
function World:snooze(duration, options) end

--- The person wants to hear nothing of these packages.
---@param ... string
---@return upnudge.testing.World
function World:ignore(...) end

--- Of these again, or of all.
---@param ... string
---@return upnudge.testing.World
function World:unignore(...) end

--- Another environment of the same person, with the same clock and policy: a world as well.
---@param name string
---@param installed table<string, string|upnudge.testing.Package>?
---@param options upnudge.testing.EnvironmentOptions?
---@return upnudge.testing.World
function World:environment(name, installed, options) end

--- Ends the world; `<close>` does it.
---@return nil
function World:close() end

return testing
