---@meta upnudge
--- Types of the policy language. Printed by `upnudge policy reference --types`; made from language/schema/.

---@class upnudge.policy.Cadence

---@class upnudge.policy.Rule

---@class upnudge.policy.Spec
---@field api 1 The version of this interface that the policy was written for.
---@field name string What the policy is called in explanations.
---@field extends? string|string[]|false The policies whose rules and settings this one starts from, the first of several holding before the others. Each is a name (a file NAME.lua beside it, a ready-made one, else a file of the search path), a path that ends in .lua (from its own directory, `/` or `~/`), or "system", the machine's policy or, where there is none, `default`. false: none.
---@field strategy? string How processes share the time of the last notice: simple, separate-lock, stateless, database, or a team's own.
---@field database? string Where the strategy database keeps who was told; never with a password. $UPNUDGE_DATABASE comes before it.
---@field per? "user"|"team"|"machine" Who counts as having been told, with the strategy database. A user and a machine know an environment by its path, a team by its name, and all by the format of its lockfile.
---@field deadline? string How long the strategy database may take, connecting included.
---@field on_unreachable? "quiet"|"notify" What to do when the database does not answer.
---@field scope? "environment"|"person" What has one budget of notices: each environment, or a person, who is told of all of theirs together.
---@field apps? "own"|"all" With scope "person": whether the environments of this app count, or those of all apps that keep theirs beside it.
---@field check? upnudge.policy.Check How often a check is wanted, how long it may take, what it runs.
---@field text? string|fun(c: upnudge.policy.Context): string? The notice. A function that gives nil, or nothing but a hint, has nothing to say: that rule does not speak, and the next is asked.
---@field hint? string The command that a person runs for details; "" for no such line.
---@field ignore? string[] Packages that are never told: "curl", "linux-*", or one version alone, "curl@8.1"; "!curl" takes back what stands before it. They add to those of the bases, and "!*" takes back all.
---@field project_ignore? boolean|string Whether a file `.upnudgeignore` beside the lockfile, or of that name, adds to what is ignored: a package a line. It never hides what mends a security problem.
---@field snooze? upnudge.policy.Snooze What a person's snooze may do.
---@field reads? string[] Variables of the environment that the policy looks at, as c.host.vars.NAME; none that a secret may be in. What a base reads its policy reads too.
---@field final? string[] Keys that a policy which extends this one cannot say otherwise; those of the machine's policy hold for a person's own that does not extend it, too.
---@field cooldown? upnudge.policy.Cooldown|string|number How old a change has to be before it counts: what is younger is left out, as what is ignored is.
---@field verify? upnudge.policy.Verify What is promised of the policy, for `upnudge policy verify`; nothing of it counts at an activation.
---@field catalogues? table<string, table<string, any>> Words of notices by language: { de = { summary = "{counts} für {name}." } }. The words are listed below; one may be a table of plural forms, { one = …, few = …, other = … }, and `own` is a table of words for `u.text.word`. They add to those of the bases.
---@field rules? upnudge.policy.Rule[] Asked in order until one decides. A rule with the name of a base's rule takes its place; others come behind the base's guards and before its other rules.
---@field decide? (fun(c: upnudge.policy.Context): boolean|upnudge.policy.Cadence, string?) Replaces the rules: answers true, false or a cadence, and then a text or a reason.

---@class upnudge.policy.Check
---@field every? string|number How long an outcome stays fresh.
---@field timeout? string|number When a dry upgrade is ended.
---@field agents? boolean Whether a check that is due starts from an agent's shell, too.
---@field audit? boolean Whether a scanner is asked for security problems where the project's own tool makes the dry upgrade.
---@field commands? table<string, string[]> What makes the dry upgrade of lockfiles of a format, in the place of what upnudge knows: it runs in the copy and writes the lockfile there.

---@class upnudge.policy.Verify
---@field allow? string[] Promises that it means to break, by their names: "ci", "no-terminal", "command", "agent", "active" where it speaks there.
---@field fix_within? string|number How long a security fix stays unsaid at most, from the first shell after a check has found it.
---@field max_per_week? number How many notices there are at most in any seven days.

---@class upnudge.policy.Snooze
---@field max? string|number How long one lasts at most, from when the person said so.
---@field security? boolean Whether it holds back a result with security fixes, too.

---@class upnudge.policy.RuleSpec
---@field when? (fun(c: upnudge.policy.Context): any) Whether the rule is meant.
---@field quiet? string|true|(fun(c: upnudge.policy.Context): string|true) Stops: no notice.
---@field code? "nobody-watching"|"agent"|"command"|"already-active" Which reason a quiet rule has, for scripts and hosts.
---@field notify? upnudge.policy.Cadence|(fun(c: upnudge.policy.Context): boolean, string?, integer?) Speaks when due, else the next rule is asked. A function answers whether it is due, why, and when next.
---@field final? boolean Whether it is asked before all rules that are not, and none of a policy which extends this one takes its place.
---@field guard? boolean Whether a quiet rule is asked before those that are none, and before the rules of every policy that extends this one.
---@field before? string The rule, of this policy or a base, directly before which this one is asked.
---@field after? string The rule directly behind which this one is asked.
---@field override? boolean true: it takes the place of a base's rule, and it is a mistake where no base has one of its name; false: it is a mistake where one has.
---@field text? string|(fun(c: upnudge.policy.Context): string?) The notice of this rule.

---@class upnudge.policy.Own
---@field own? boolean Whether it counts when this rule last spoke, not when any did.

---@class upnudge.policy.Once
---@field own? boolean Whether it counts when this rule last spoke, not when any did.
---@field of? upnudge.policy.PackageMatch Which changes count, as u.any_package takes them: it speaks when one of them came that no notice has told.

---@class upnudge.policy.On
---@field day? string|string[] On which days of the week.
---@field days? string|string[] Another name of `day`.
---@field from? string|number From when on, local time: 9, 17.5 or "17:30".
---@field to? string|number Until when; an hour before `from` is one of the next day.
---@field catch_up? boolean Whether a day on which nobody was told is caught up on the next one, within the hours, if what waits was known on that day.
---@field fresh? boolean|string|number Whether the notice waits on the day while a check is due, or how long after `from` at most. What was not told on the day before waits for none.
---@field own? boolean Whether it counts when this rule last spoke, not when any did.

---@class upnudge.policy.Hours
---@field day? string|string[] On which days of the week.
---@field days? string|string[] Another name of `day`.
---@field from? string|number From when on, local time: 9, 17.5 or "17:30".
---@field to? string|number Until when; an hour before `from` is one of the next day.

---@class upnudge.policy.Backoff
---@field first? string|number How long after the first notice of a result the second may come.
---@field factor? number How many times as long it is from each to the next.
---@field max? string|number The longest wait.
---@field own? boolean Whether it counts when this rule last spoke, not when any did.

---@class upnudge.policy.Step
---@field notify upnudge.policy.Cadence|(fun(c: upnudge.policy.Context): boolean, string?, integer?) How often it speaks.
---@field after? number It applies when the rule has told this very result so often.
---@field at? string|number It applies when the result is so old, or from that day on.
---@field text? string|(fun(c: upnudge.policy.Context): string) The notice, in the place of the rule's.

---@class upnudge.policy.Cooldown
---@field major? string|number How long major upgrades wait.
---@field minor? string|number Minor ones.
---@field patch? string|number Patches.
---@field unknown? string|number Upgrades of which nobody knows how far they go.
---@field rebuild? string|number Rebuilds, and other revisions of the same version.
---@field added? string|number Packages that come, with whichever upgrade.
---@field removed? string|number Packages that go.
---@field downgraded? string|number Downgrades, which mostly mean that a version was withdrawn.
---@field security? string|number What mends a security problem, whatever else it is.
---@field except? string[] Packages that do not wait: names as `ignore` has them.
---@field from? "released"|"first_seen" From when on a change ages: its release, where the lockfile tells that and no check has found it before; or when a check first found it, for who trusts no date of a file.

---@class upnudge.policy.PackageMatch
---@field name? string|string[] Its name; * stands for anything.
---@field group? string|string[] "dev", "optional" or the format's own word; * stands for anything.
---@field system? string|string[] Its platform; * stands for anything.
---@field kind? string|string[] What happens to it: "upgraded" and so on.
---@field level? string|string[] How far it goes: "major", "minor", "patch" or "unknown".
---@field direct? boolean Whether somebody asked for it by name; where the lockfile cannot tell, it is neither.
---@field security? boolean Whether it mends a security problem.

---@class upnudge.policy.EnvironmentMatch
---@field name? string|string[] What it is called; * stands for anything.
---@field path? string|string[] Its directory, "/home/*/work/*"; * stands for anything, slashes too.
---@field format? string|string[] The format of its lockfile, as `upnudge formats` calls it.
---@field ecosystem? string|string[] The world of packages that the format belongs to, as package URLs call it: "npm", "pypi", "cargo", "golang", "gem", "nix" and so on.

---@class upnudge.policy.FormatSpec
---@field api 1 The version of this interface that the format was written for.
---@field name string What the format is called.
---@field title? string One line for people.
---@field files string[] Names of such lockfiles; * stands for anything.
---@field syntax "json"|"relaxed-json"|"yaml"|"toml"|"xml"|"lines" What the lockfile is written in.
---@field versions? string How versions compare.
---@field identity? "first"|"set" Whether a name stands once, or in several versions.
---@field names? "exact"|"caseless"|"python" Which names mean one package: the same, in capitals or not, or as Python compares them.
---@field recognise? (fun(document: any): any) Whether a document is one of these.
---@field packages fun(document: any): table[] Gives the list of packages.

---@class upnudge.policy.CheckerSpec
---@field api 1 The version of this interface that the checker was written for.
---@field name string What the checker is called.
---@field formats string[] The formats of lockfiles that it is for, as `upnudge formats` calls them.
---@field needs string[] The program that it runs; of several the first that is there.
---@field install? string What a person does who has none of them.
---@field command string[] The words behind the program. It runs in a copy of what `reads` says.
---@field environment? string[] Variables for it.
---@field reads? string[] What is copied beside the lockfile, from its directory: `*` for anything in a name, `**` for any directories.
---@field writes? string The upgraded lockfile, in the copy.
---@field hint string What a person runs to upgrade.
---@field telling? string[] Words of a line by which the program says why it failed.
---@field executes? string[] Files by which the project itself runs code in the program: in the background it is run only where somebody has waited for such a check before.

---@class upnudge.policy.ScenarioSpec
---@field api 1 The version of this interface that the scenario was written for.
---@field name string What the scenario is called.
---@field start? string When it begins, local time.
---@field weeks? number How long it lasts.
---@field utc_offset? string The people's time zone.
---@field lang? string Their language.
---@field check_takes? string|number How long a check runs in the background.
---@field environments? number|upnudge.policy.ScenarioEnvironment[] The environments that people have, 64 at most: a list of them, or how many with what is installed. Each shell is opened in one of them.
---@field installed? table<string, string|table> What is installed at the start: a version, or a table with the keys of a package of `testing.world`, in environments that do not say.
---@field releases? upnudge.policy.Release[] What comes out and when.
---@field people? upnudge.policy.Person[] Who opens shells, when and how.

---@class upnudge.policy.ScenarioEnvironment
---@field name string What it is called.
---@field path? string Its directory.
---@field format? "flox"|"npm"|"cargo"|"uv" The format of its lockfile.
---@field installed? table<string, string|table> What is installed in it at the start.

---@class upnudge.policy.Release
---@field at? string When: "2027-01-06 10:00" local time, or "3d" after the start.
---@field every? string|number Instead of `at`: about that often, at random.
---@field packages string[] Which; with `every` one of them at a time.
---@field to? string The version, with `at` and one package.
---@field level? "major"|"minor"|"patch"|"rebuild" How far the upgrade goes.
---@field security? boolean|number Whether it mends a security problem.
---@field environments? string|string[] For which environments it comes out.

---@class upnudge.policy.Person
---@field day? string|string[] On which days.
---@field from? string|number From when, local time.
---@field to? string|number Until when.
---@field shells? number How many times a day something is activated, on average.
---@field at_once? number How many shells open in the same instant.
---@field away? string[] Days off: "2027-01-15" or "2027-01-15 2027-01-22".
---@field upgrades? string|number How long after a notice they upgrade.
---@field tty? boolean Whether somebody watches.
---@field ci? boolean Whether it is continuous integration.
---@field agent? string Which agent runs their shells.
---@field session? "shell"|"day" Which of their shells are one session.
---@field user? string Their login name.
---@field machine? string Their machine's name. Each machine has its environments, checks and notices for itself; with the strategy database who was told counts as `per` says.
---@field environments? string|string[] In which environments they open shells.
---@field vars? table<string, string> Variables of their shells.
---@field attributes? table<string, string> What their host says in words of its own.
---@field mode? "activate"|"in-place"|"command" How the environment is activated.
---@field active? boolean Whether it is active already.

---@class upnudge.policy.Context
---@field now integer Seconds since the epoch, UTC.
---@field env upnudge.policy.Environment The environment.
---@field result upnudge.policy.Result What the last check found, for this system.
---@field history upnudge.policy.History What is known about past notices.
---@field host upnudge.policy.Host The tool, and who is watching.

---@class upnudge.policy.Environment
---@field name string What it is called.
---@field path string Its directory.
---@field format? string The format of its lockfile, as `upnudge formats` calls it.
---@field upgrade? string What upgrades it there, where its own tool was asked what would change.

---@class upnudge.policy.Result
---@field total integer Changes of all kinds.
---@field versions integer Packages with another version, be it an older one.
---@field rebuilds integer The same version, built anew.
---@field changed integer Another revision of the same version.
---@field added integer Packages that come.
---@field removed integer Packages that go.
---@field major integer Of the versions: major steps upwards.
---@field minor integer Minor steps.
---@field patch integer Patches.
---@field security integer Changes that mend a security problem.
---@field direct integer Of the other versions: of packages that somebody asked for by name, where the lockfile tells.
---@field indirect integer Of packages that those brought along.
---@field downgraded integer Of the versions: older ones than those that are there.
---@field critical integer Of the security fixes: of critical problems, where a scanner tells how bad they are.
---@field high integer Of problems of high severity.
---@field exposed integer Packages that are installed, vulnerable or withdrawn, and get no fix by the upgrade; none of `total`.
---@field withdrawn integer Of those: with nothing wrong but that the version was taken back by who published it.
---@field packages upnudge.policy.Package[] The changes themselves; looked up when first asked for.
---@field exposures upnudge.policy.Exposure[] What is exposed, the packages themselves; looked up when first asked for.
---@field fingerprint string Differs for each distinct result.
---@field checked_at integer When the check was, seconds UTC.
---@field since integer When this result was first found, seconds UTC.
---@field security_since? integer When the newest of its security fixes was first known; nil where it has none.
---@field cooling integer How many changes are too new for the policy's `cooldown`, beside those that count.
---@field environments? upnudge.policy.News[] With scope "person": the environments with news, of which all counts are the sum; those with security fixes first, then those with most.

---@class upnudge.policy.Package
---@field name string Its name.
---@field kind "upgraded"|"downgraded"|"rebuilt"|"changed"|"added"|"removed" What happens to it.
---@field level? "major"|"minor"|"patch"|"unknown" How far an upgrade goes.
---@field from? string The version before.
---@field to? string The version after.
---@field system? string Its platform.
---@field group? string "dev", "optional" or the format's own word.
---@field source? string Where it comes from, as `upnudge parse` calls it: "registry", "git", "path" …
---@field url? string Its home page, or its repository, where the lockfile has one: http or https.
---@field released? integer When what comes came out, seconds UTC, where the lockfile tells.
---@field behind? integer Whole days by which that is later than what is installed, where both are known.
---@field direct? boolean Whether somebody asked for it by name; nil where the lockfile cannot tell.
---@field security? boolean Whether it mends a security problem.
---@field severity? "critical"|"high"|"medium"|"low"|"unknown" How bad the worst of these is, where a scanner told what it mends.
---@field fixes? upnudge.policy.Fix[] What it mends, the worst first, where a scanner told.
---@field first_seen integer When a check first found this very version offered here, seconds UTC.
---@field security_since? integer When it was first known that it mends a security problem, seconds UTC.
---@field environment? string The name of its environment, where there are several.

---@class upnudge.policy.Fix
---@field id string What the scanner calls the problem, "GHSA-35jh-r3h4-6jhm".
---@field aliases? string[] Other ids of it, "CVE-2021-23337".
---@field severity "critical"|"high"|"medium"|"low"|"unknown" How bad it is.
---@field url? string Where one reads of it.
---@field title? string What it is, in a line.

---@class upnudge.policy.Exposure
---@field name string The package's name.
---@field version? string What is installed.
---@field system? string Its platform.
---@field direct? boolean Whether somebody asked for it by name; nil where the lockfile cannot tell.
---@field ids string[] What is wrong with it, an id of each problem, the worst first.
---@field aliases? string[] Other ids of these.
---@field severity "critical"|"high"|"medium"|"low"|"unknown" How bad the worst is.
---@field url? string Where one reads of that.
---@field title? string What it is, in a line.
---@field withdrawn? boolean Whether nothing is wrong but that the version was taken back.
---@field environment? string The name of its environment, where there are several.

---@class upnudge.policy.News
---@field total integer Changes of all kinds.
---@field versions integer Packages with another version, be it an older one.
---@field rebuilds integer The same version, built anew.
---@field changed integer Another revision of the same version.
---@field added integer Packages that come.
---@field removed integer Packages that go.
---@field major integer Of the versions: major steps upwards.
---@field minor integer Minor steps.
---@field patch integer Patches.
---@field security integer Changes that mend a security problem.
---@field direct integer Of the other versions: of packages that somebody asked for by name, where the lockfile tells.
---@field indirect integer Of packages that those brought along.
---@field downgraded integer Of the versions: older ones than those that are there.
---@field critical integer Of the security fixes: of critical problems, where a scanner tells how bad they are.
---@field high integer Of problems of high severity.
---@field exposed integer Packages that are installed, vulnerable or withdrawn, and get no fix by the upgrade; none of `total`.
---@field withdrawn integer Of those: with nothing wrong but that the version was taken back by who published it.
---@field name string What it is called.
---@field path string Its directory.
---@field app? string The tool's name, where it is another one.

---@class upnudge.policy.History
---@field last_notified? integer When a notice was last shown, seconds UTC.
---@field shown? string The fingerprint of what was shown.
---@field times? integer How often this result was shown.
---@field sessions? string The sessions of shells that were told last, as c.host.session has them, 128 at most; where the policy asks for sessions and the strategy remembers them.
---@field snoozed_until? integer Until when the person wants to hear nothing.
---@field rules table<string, upnudge.policy.Clock> The same of each rule by its name, whatever others said; looked up when first asked for. nil for a name that no rule of the policy has.

---@class upnudge.policy.Clock
---@field last_notified? integer When the rule last spoke, seconds UTC.
---@field shown? string The fingerprint of what it showed.
---@field times? integer How often it showed this result.

---@class upnudge.policy.Host
---@field app string The tool's name.
---@field tty boolean Whether somebody watches.
---@field ci boolean Whether this is continuous integration.
---@field agent string|false Which agent runs this shell: "claude-code"; "agent" where nobody tells its name, false where none does.
---@field session string|false Which session of a shell this is: the same in all that one terminal runs. A short hash; false where nobody can tell.
---@field user string Who this is, by the login name: the same on all machines. A short hash, no name.
---@field machine string Which machine, by /etc/machine-id, else its host name. A short hash, no name.
---@field vars table<string, string?> Variables of the environment that the policy's `reads` lists; nil where one is not set. What is not listed is an error.
---@field attributes table<string, string?> What the host says in words of its own (--set NAME=VALUE); nil where it says nothing.
---@field lang? string The locale, "zh_CN.UTF-8", or the languages that $LANGUAGE names, "de:en".
---@field system string The platform, "x86_64-linux".
---@field mode "activate"|"in-place"|"command" How the environment is activated.
---@field active boolean Whether it is active already.
---@field command? string What is run in it, with mode "command".
---@field hint? string What a person runs for details; "" where the tool wants no such line.
---@field options? string The options with which `upnudge` finds this record, where it needs any.
---@field utc_offset integer Seconds by which local time is ahead of UTC.

---@class upnudge.policy.Language
local u = {}

---@class upnudge.policy.Text
u.text = {}

--- A policy; a file ends in `return u.policy { ... }`.
---@param spec upnudge.policy.Spec
---@return table
function u.policy(spec) end

--- A rule.
---@param name string
---@return fun(spec: upnudge.policy.RuleSpec): upnudge.policy.Rule
function u.rule(name) end

--- A cadence: at most once in that time (90s, 15m, 6h, 1d, 2w, 1h30m). With `own` the time is since this rule spoke, without since any did; also `u.every "1d"`.
---@param duration string|number
---@param options upnudge.policy.Own?
---@return upnudge.policy.Cadence
function u.every(duration, options) end

--- Once for each distinct result; also `u.once()`. With `of` once for each change that is such: what comes beside it says nothing twice.
---@param options upnudge.policy.Once?
---@return upnudge.policy.Cadence
function u.once(options) end

--- On those days (`day`: a name or a list; all unless given) from `from` on, when that day's check has come in; a day on which nobody was told is caught up within the hours. Local time; "17:30" is an hour too.
---@param spec upnudge.policy.On
---@return upnudge.policy.Cadence
function u.on(spec) end

--- Less and less often while the same result waits; something new starts anew.
---@param spec upnudge.policy.Backoff
---@return upnudge.policy.Cadence
function u.backoff(spec) end

--- Once in each session of a shell, as a terminal has one; once a day where nobody can tell sessions apart.
---@return upnudge.policy.Cadence
function u.once_per_session() end

--- Steps, of which the last that applies counts: after so many notices of this result by this rule, or at an age of it or a day, its cadence and its text hold.
---@param steps upnudge.policy.Step[]
---@return upnudge.policy.Cadence
function u.escalate(steps) end

--- At every activation.
---@return upnudge.policy.Cadence
function u.always() end

--- Not at all.
---@return upnudge.policy.Cadence
function u.never() end

--- For `when`: whether now lies within those hours.
---@param spec upnudge.policy.Hours
---@return fun(c: upnudge.policy.Context): boolean
function u.hours(spec) end

--- For `when`: whether today, local time, is one of those days; the last of a span is one, and one without a year comes back each year.
---@param list string|string[]
---@return fun(c: upnudge.policy.Context): boolean
function u.dates(list) end

--- For `when`: whether this is one of that share of people, always the same ones. `u.sample { 0.1, salt = "autumn", by = "machine" }`: others with another salt; by "user" unless said otherwise, "machine" or a function that gives a text.
---@param share number|{ [1]: number, salt: string?, by: string|function? }
---@return fun(c: upnudge.policy.Context): boolean
function u.sample(share) end

--- For `when`: whether some change is such.
---@param spec upnudge.policy.PackageMatch
---@return fun(c: upnudge.policy.Context): boolean
function u.any_package(spec) end

--- For `when`: whether all changes are such.
---@param spec upnudge.policy.PackageMatch
---@return fun(c: upnudge.policy.Context): boolean
function u.every_package(spec) end

--- For `when`: whether the environment is such.
---@param spec upnudge.policy.EnvironmentMatch
---@return fun(c: upnudge.policy.Context): boolean
function u.in_environment(spec) end

--- The changes that are such.
---@param c upnudge.policy.Context
---@param spec upnudge.policy.PackageMatch
---@return upnudge.policy.Package[]
function u.packages(c, spec) end

--- Whether the text fits the pattern, or one of a list; * stands for anything.
---@param pattern string|string[]
---@param text string?
---@return boolean
function u.glob(pattern, text) end

--- The time, now unless given, as `os.date` gives it: "%F %R" unless said otherwise, "*t" for its parts, "!" before it for UTC; English names of days and months.
---@param format string?
---@param time integer?
---@return string|table
function u.date(format, time) end

--- The digest of a text; with n a whole number from 1 to n. The same everywhere and always.
---@param text string
---@param n integer?
---@return string|integer
function u.hash(text, n) end

--- For the key `cooldown`: how old a change has to be before it counts; a duration alone is that of every step.
---@param spec upnudge.policy.Cooldown|string|number
---@return upnudge.policy.Cooldown
function u.cooldown(spec) end

--- Seconds.
---@param value string|number
---@return integer
function u.duration(value) end

--- "1 security fix (1 critical) and 2 other version changes available in NAME.", and what stays exposed; `only` limits it to some counts of the result; where there are none it is "".
---@param c upnudge.policy.Context
---@param only string[]?
---@return string
function u.text.summary(c, only) end

--- "2 version changes and 1 rebuild".
---@param c upnudge.policy.Context
---@param only string[]?
---@return string
function u.text.counts(c, only) end

--- "1 major, 2 minor and 3 patches".
---@param c upnudge.policy.Context
---@return string
function u.text.levels(c) end

--- Lines "- curl: 8.9.0 -> 8.10.1", 10 at most unless said otherwise, then how many more; of `list`, as u.packages gives one, or of all.
---@param c upnudge.policy.Context
---@param most integer?
---@param list upnudge.policy.Package[]?
---@return string
function u.text.packages(c, most, list) end

--- Lines "- minimist: 1.2.5 [critical: GHSA-xvch-5gv4-984h]" of what is exposed; "" where nothing is.
---@param c upnudge.policy.Context
---@param most integer?
---@return string
function u.text.exposures(c, most) end

--- "Use 'COMMAND' for details."
---@param c upnudge.policy.Context
---@return string
function u.text.hint(c) end

--- A word of your own, from the `own` of a catalogue, with its `{placeholders}` filled in from the values; `n` chooses the plural form. A fraction has one decimal.
---@param c upnudge.policy.Context
---@param key string
---@param values table<string, string|number>?
---@return string
function u.text.word(c, key, values) end

--- The text in those styles, where the notice goes to a terminal that wants them, else the text: `bold`, `dim` (or `faint`), `italic`, `underline`, `reverse`; `black`, `red`, `green`, `yellow`, `blue`, `magenta`, `cyan`, `white`, each also as `bright-red` and `on-red`; `grey` (or `gray`).
---@param text string|number
---@param styles string|string[]
---@return string
function u.text.style(text, styles) end

--- The text, which leads to that page where the terminal can; the text alone where it cannot, and where `url` is no `http` or `https` address of at most 2048 bytes.
---@param text string|number
---@param url string?
---@return string
function u.text.link(text, url) end

--- A team's format of lockfiles, in `formats/NAME.lua` beside the policy.
---@param spec upnudge.policy.FormatSpec
---@return table
function u.format(spec) end

--- A team's checker, in `checkers/NAME.lua` beside the policy.
---@param spec upnudge.policy.CheckerSpec
---@return table
function u.checker(spec) end

--- A scenario for `upnudge policy simulate --scenario FILE`.
---@param spec upnudge.policy.ScenarioSpec
---@return table
function u.scenario(spec) end

return u
