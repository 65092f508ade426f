---@meta upnudge.core
--- Types of the C module, for editors; never loaded. Failure is nil, message, code (see core/error.h).

---@class upnudge.core
---@field lockfile_limit integer bytes of the largest lockfile that is read
---@field version string of upnudge
local core = {}

---@class upnudge.Directory
local Directory = {}

---@class upnudge.Lock
local Lock = {}

---@class upnudge.Lockfile
local Lockfile = {}

---@class upnudge.VM
local VM = {}

---@class upnudge.Package
---@field name string
---@field version string "" where there is none
---@field system? string
---@field group? string
---@field source? string
---@field revision? string
---@field derivation? string
---@field location? string
---@field url? string of its home page or its repository: http or https, without a user
---@field released? integer when it came out, seconds UTC
---@field direct? boolean whether somebody asked for it by name; nil: nobody can tell

---@return integer seconds UTC
function core.now() end

--- Whether this user owns what is there, and not everybody may write to it.
---@param path string
---@return boolean
function core.is_mine(path) end

--- Those names in a directory that are keys of `known`; nil where it cannot be listed, or has more than `limit` names.
---@param path string
---@param known table<string, any>? nil: all of them
---@param limit integer
---@return string[]?
function core.entries(path, known, limit) end

--- A variable of the environment, unless the process has more rights than whoever set it (set-uid).
---@param name string
---@return string?
function core.variable(name) end

--- Which agent runs the shell here, "agent" where nobody tells its name; false: none.
---@param variable (fun(name: string): string?)? asked in the place of the environment
---@return string|false name
---@return string? by the variable that says so
function core.agent(variable) end

---@param path string
---@return string? canonical
---@return string? message
---@return string? code
function core.realpath(path) end

---@param bytes string
---@return string digest XXH3-128, 32 hex digits
function core.hash(bytes) end

--- The text without what looks like a password or a token: each becomes "***". See core/mask.h.
---@param text string
---@return string
function core.mask(text) end

--- What core.hash would give for the bytes of a file, and its stamp.
---@param path string
---@param limit integer
---@return string? digest
---@return string? stamp or a message
---@return string? code
function core.digest(path, limit) end

--- The canonical path of a file that nobody else can change; nil, why somebody can, and a code.
---@param path string
---@return string? canonical
---@return string? message
---@return string? code
function core.own(path) end

--- Whether a comes before b in the order of their bytes, whatever the locale.
---@param a string
---@param b string
---@return boolean
function core.before(a, b) end

--- Identity, size and times of a file as one opaque string.
---@param path string
---@return string? stamp
---@return string? message
---@return string? code
function core.stamp(path) end

---@param path string
---@param limit integer bytes
---@param ours boolean|"unlinked"|nil refuse a link, and with true a file of somebody else
---@return string? bytes
---@return string? stamp_or_message no stamp of what is ours
---@return string? code
function core.read(path, limit, ours) end

---@param fd integer
---@return boolean
function core.isatty(fd) end

--- How wide a terminal is; nil: it is none, or does not know.
---@param fd integer
---@return integer? columns
function core.columns(fd) end

---@param path string
---@return boolean? shared whether other machines write to its file system as well
---@return string? message
function core.shared(path) end

--- The directory of the user's login session, which goes with it.
---@param path string? where it should be; /run/user/UID unless given
---@return string? path nil where it is not ours alone, and in a set-uid program
---@return string? message
---@return string? code
function core.session(path) end

---@return string? session of a shell that this process is in; nil: nobody can tell
function core.shell_session() end

---@return string name of who this is: $LOGNAME, else $USER, else "uid N"
function core.user() end

---@return string name of this machine: $UPNUDGE_MACHINE, else its host name
function core.machine() end

---@return string system as Nix names it, "x86_64-linux"; "x86_64-linux-musl" where that is the C library
function core.system() end

---@param name string
---@param kind "policy"|"scenario"|nil
---@return string? bytecode of what is ready-made
function core.builtin(name, kind) end

---@param kind "policy"|"scenario"|nil
---@return string[] names of what is ready-made
function core.builtins(kind) end

---@param path string
---@param create boolean?
---@return upnudge.Directory?
---@return string? message
---@return string? code "denied": it may not be listed
function core.directory(path, create) end

--- Replaces a file in a directory, whoever's that is, all or nothing and for everybody to read.
---@param path string of the directory
---@param name string
---@param bytes string
---@return boolean? ok
---@return string? message
---@return string? code
function core.publish(path, name, bytes) end

--- Whether both could be opened by core.directory.
---@param outer string a path
---@param inner string? a path in it
---@param known boolean? they could be a while ago: only they themselves are looked at, not the way to them
---@return boolean? ours
---@return string? message
---@return string? code "not-found", "foreign"
function core.ours(outer, inner, known) end

---@param name string for messages; the content decides the format
---@param bytes string
---@param called string? what the file is usually called, which settles doubts
---@param limit integer? bytes of the largest lockfile that is read; 0: as usual
---@return upnudge.Lockfile?
---@return string? message
---@return string? code
function core.parse(name, bytes) end

--- A lockfile that a format written in Lua has read.
---@param format string
---@param versions string name of a version order
---@param identity "first"|"set"
---@param names "exact"|"caseless"|"python"
---@param packages upnudge.Package[]
---@return upnudge.Lockfile?
---@return string? message
---@return string? code
function core.lockfile(format, versions, identity, names, packages) end

--- -1, 0 or 1; nil: not comparable.
---@param a string
---@param b string
---@param scheme string one of core.schemes()
---@return integer?
function core.version_compare(a, b, scheme) end

---@param a string
---@param b string
---@param scheme string
---@return "major"|"minor"|"patch"|"none"|"unknown"
function core.version_level(a, b, scheme) end

---@return string[]
function core.schemes() end

--- A document as tables (a null member is absent, a null element false), or lines as a list. An element of XML is
--- {tag = name, attr = {name = value, …}, …}, with the texts and elements in it in their order; `attr` where there
--- are any.
---@param bytes string
---@param syntax "json"|"relaxed-json"|"yaml"|"toml"|"xml"|"lines"
---@return any document
---@return string? message
---@return string? code
function core.tree(bytes, syntax) end

---@param old upnudge.Lockfile
---@param new upnudge.Lockfile
---@param most integer? more changes than that are an error
---@return upnudge.Change[]?
---@return string? message
---@return string? code
function core.diff(old, new, most) end

---@return {name: string, title: string, filenames: string[], syntax: string, versions: string, names: string}[]
function core.formats() end

--- Runs a command and waits. Blocks as long as it runs, at most `timeout` and 3 s in which it is made to end.
---@param argv string[]
---@param environment string[] "NAME=value"
---@param timeout integer seconds
---@param output_limit integer bytes of standard output
---@param kept boolean? whether our standard error, where the command's goes, is a file: secrets are masked then
---@param directory string? where it runs, unless here
---@param unheard boolean? whether its standard error goes nowhere
---@param tick fun(speaks: boolean)? called about once a second, and with true before what the command says on standard
---error is heard for the first time, then no more
---@return {output: string, exit_code: integer, signal: integer, last_line: string, last_lines: string}?
---@return string? message
---@return string? code
function core.run(argv, environment, timeout, output_limit, kept, directory, unheard, tick) end

--- From now on the first signal that tells this process to end is noted; a second one of its kind is obeyed. Only where
--- the process is ours.
function core.hold() end

--- Whether one was noted. Nothing is run any more then.
---@return boolean
function core.told_to_end() end

--- Signals are obeyed again: one that was noted ends the process here.
function core.obey() end

--- Runs `ask` in a fork of this process, which is given up when it takes longer. What it changes in memory is gone with
--- it. Only where the process is ours: a host has threads. Absent in the command's activation path.
---@param milliseconds integer
---@param limit integer bytes of the longest answer
---@param ask fun(): string
---@return string? answer
---@return string? message
---@return "timeout"|"limit"|string|nil code
function core.inquire(milliseconds, limit, ask) end

--- Asks upnudge-cli, which is ended when it takes longer.
---@param subject string the subcommand that answers
---@param text string
---@param milliseconds integer
---@param limit integer bytes of the longest answer
---@param program string? its absolute path, if it is not what was installed with us
---@return string? answer
---@return string? message
---@return "not-found"|"timeout"|"limit"|string|nil code "not-found": it is not there; the message goes on behind "needs"
function core.ask(subject, text, milliseconds, limit, program) end

--- Has upnudge-cli do something in the background, in a session of its own without a terminal. Nobody waits for it.
---@param subject string the subcommand that does it
---@param text string
---@param program string? its absolute path, if it is not what was installed with us
---@return boolean? ok
---@return string? message
---@return string|nil code "not-found": it is not there
function core.start(subject, text, program) end

--- Text in the encoding of a locale, "?" for what that lacks; absent in the small program of the activation.
---@param text string UTF-8
---@param charset string "GB18030"
---@return string? bytes nil: there is no such encoding, or none in which ASCII is itself
---@return string? message
---@return string? code
function core.encode(text, charset) end

---@param locale string
---@return string? charset nil: there is no such locale here
function core.codeset(locale) end

---@return integer milliseconds of a clock that only goes forward, begins anywhere, and is the same in every process
function core.clock() end

--- Of the small program of the activation alone: upnudge-cli takes our place, with the same words, and this
--- never returns, unless there is none. For what that program has not; before anything is said or written.
---@param reason string "the strategy 'own'": what needs it
---@return nil
---@return string message
---@return boolean? is_late true: it is too late for that, for something was said
function core.hand_over(reason) end

---@param log integer? descriptor for standard error
---@param lock table of Directory:lock, which the caller holds no more when it has succeeded
---@return boolean? parent true in the caller, false in the process that goes on alone
---@return boolean|string|nil holds whether that holds the lock, or why there is no such process
function core.detach(log, lock) end

--- A VM for a policy, or without `fetch` for a format, which may spend more.
---@param fetch (fun(what: "packages"|"utc_offset"|"system"|"options"): any)?
---@return upnudge.VM?
---@return string? message
function core.vm(fetch) end

---@param name string
---@param create boolean?
---@return upnudge.Directory?
---@return string? message
---@return string? code
function Directory:enter(name, create) end

---@param name string
---@param limit integer
---@param anybodys boolean? whether it may be somebody else's; a link never
---@return string? bytes
---@return string? message
---@return string? code
function Directory:read(name, limit, anybodys) end

--- Whether that file is ours and has these bytes; they are compared without becoming a string.
---@param name string
---@param bytes string
---@return boolean
function Directory:holds(name, bytes) end

---@param name string
---@param bytes string
---@param durable boolean sync before returning
---@return boolean? ok
---@return string? message
---@return string? code
function Directory:replace(name, bytes, durable) end

--- The same, durable, for a file that nobody looks for before another names it: a death on the way may leave it in part,
--- and the next call replaces it.
---@param name string
---@param bytes string
---@return boolean? ok
---@return string? message
---@return string? code
function Directory:place(name, bytes) end

--- Whether `replace` by so many bytes would succeed just now; leaves nothing.
---@param name string
---@param size integer
---@return boolean? ok
---@return string? message
---@return string? code
function Directory:could_replace(name, size) end

---@param name string
---@param offset integer
---@param bytes string
---@return boolean? ok
---@return string? message
---@return string? code
function Directory:overwrite(name, offset, bytes) end

--- Whether `overwrite` would succeed just now.
---@param name string
---@param stop integer how far it would write, in bytes from the beginning of the file
---@return boolean? ok
---@return string? message
---@return string? code
function Directory:could_overwrite(name, stop) end

--- Appends to a log, which with its predecessor NAME.old stays within two limits.
---@param name string
---@param lines string
---@param limit integer bytes
---@return boolean? ok
---@return string? message
---@return string? code
function Directory:append(name, lines, limit) end

--- The same where a log goes on, behind an empty line, for whoever wrote last may have come no further than the middle of
--- his. One that would have to begin is left as it is: "not-found".
---@param name string
---@param lines string
---@param limit integer
---@return boolean? ok
---@return string? message
---@return string? code
function Directory:continue(name, lines, limit) end

---@param from string
---@param to string
---@return boolean? ok
---@return string? message
function Directory:rename(from, to) end

---@param name string
---@return boolean? ok
---@return string? message
function Directory:remove(name) end

--- Of a directory in which there is nothing.
---@param name string
---@return boolean? ok
---@return string? message
function Directory:remove_empty(name) end

---@param name string
---@return boolean
function Directory:exists(name) end

--- What was renamed in it lasts, whatever becomes of the machine. Blocks as fsync does.
---@return boolean? ok
---@return string? message
---@return string? code
function Directory:sync() end

--- The names of what is in it, in no order; of more than 4 KiB of them, or of more than 512 where `many`, not all.
---@param many boolean?
---@return string[]?
---@return string? message
---@return string? code
function Directory:names(many) end

--- The keys of the environments in it, those first in which a file changed last.
---@param file string of upnudge.record.files
---@param most integer of so many, 4096 at most; the others are counted alone
---@return string[]? keys
---@return integer[]|string times nanoseconds since the epoch, of each; 0: there is no such file in it
---@return integer|string count how many there are in all
function Directory:newest(file, most) end

---@return integer? removed
---@return string? message
function Directory:sweep() end

--- A new directory in it, for one process alone, where a stranger's program may write.
---@param purpose string the name that it begins with
---@return string? name
---@return string? message
function Directory:make_scratch(purpose) end

--- With all that is in it.
---@param name string
---@return boolean? ok
---@return string? message
function Directory:remove_scratch(name) end

--- Removes all of them. For who holds the lock under which they are made.
---@param purpose string
---@return integer? removed
---@return string? message
function Directory:sweep_scratch(purpose) end

---@param name string
---@return integer? descriptor of the emptied file
---@return string? message
function Directory:log(name) end

---@param name string
---@param milliseconds integer? to wait; without it, none
---@return upnudge.Lock?
---@return string? message
---@return string? code "busy"
function Directory:lock(name, milliseconds) end

--- Whether that lock could be had just now; takes none.
---@param name string
---@return boolean? ok
---@return string? message
---@return string? code "busy"
function Directory:could_lock(name) end

--- Who holds it where a file stands in for the lock, because the file system has none.
---@param name string
---@return string? machine nil: nobody
---@return integer|string pid_or_message 0: nobody knows
---@return integer|string since_or_code seconds UTC
---@return boolean near whether it is a process that is seen from here
function Directory:holder(name) end

function Directory:close() end

function Lock:release() end

--- Whether a file stands in for it, because the file system has no locks.
---@return boolean
function Lock:is_file() end

--- Leaves two times to the next holder, which takes no room on the disk.
---@param from integer seconds UTC
---@param until_ integer later than `from`; else it is no note
---@return boolean? ok
---@return string? message
function Lock:note(from, until_) end

---@return integer? from what an earlier holder has left, if anything
---@return integer|string? until_or_message
function Lock:noted() end

---@return string
function Lockfile:format() end

---@return "exact"|"caseless"|"python" rule by which its names compare
function Lockfile:names() end

--- Of what it says: equal where the packages are, however the lockfile is written.
---@return string? digest
---@return string? message
function Lockfile:digest() end

---@return upnudge.Package[]
function Lockfile:packages() end

--- How many entries were left out because they name no package.
---@return integer
function Lockfile:skipped() end

---@param entry "load"|"link"|"evaluate"
---@param ... any plain values
---@return any answer
---@return string? message
function VM:call(entry, ...) end

function VM:close() end

--- For an image (lua/vm/image.h): nothing more is opened in it; and in the process that has the image it is used.
function VM:settle() end
function VM:adopt() end

return core
