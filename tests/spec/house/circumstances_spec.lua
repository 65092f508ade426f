--- An activation fails nobody's shell, whatever is wrong with the process that it is: it exits with 0 and says nothing
--- but its notice, and with --json one document, where anybody could read it.

local cjson = require "cjson"
local command = require "command"
local stage = require "stage"

local MOUNTS <const> = command.shell "unshare -m true || unshare -rm true".code == 0

--- What is odd, as Python that the process runs before it becomes the program (tests/circumstances.py). `notice`: whether
--- what there is to tell is told; nil: either. `document`: whether --json has its document.
local CIRCUMSTANCES <const> = {
    { "usual", notice = true },
    { "a reader of the notice that has gone", "unread(2)", notice = false },
    { "a reader of the document that has gone", "unread(1)", notice = true, document = false },
    { "files that may not grow", "limit('FSIZE', 0)", notice = false },
    { "files that may be short", "limit('FSIZE', 600)" },
    { "one file", "limit('NOFILE', 3)", notice = false },
    { "files 4", "limit('NOFILE', 4)" },
    { "files 5", "limit('NOFILE', 5)" },
    { "files 8", "limit('NOFILE', 8)", notice = true },
    -- With 3.5 M the C library does not come as far as main(): the program itself has 3.5, of which its image, which
    -- nobody has to have as data, is 1.4. No shell starts with so little.
    { "memory 4 M", "limit('AS', 4 << 20)" },
    { "memory 5 M", "limit('AS', 5 << 20)" },
    { "memory 6 M", "limit('AS', 6 << 20)" },
    { "memory 64 M", "limit('AS', 64 << 20)", notice = true },
    { "data 512 K", "limit('DATA', 512 << 10)" },
    { "stack 16 K", "limit('STACK', 16 << 10)" },
    { "stack 32 K", "limit('STACK', 32 << 10)" },
    { "stack 128 K", "limit('STACK', 128 << 10)", notice = true },
    { "a stack of 32 K that may grow", "limit('STACK', 32 << 10, 1 << 20)", notice = true },
    { "no further processes", "limit('NPROC', 0)", notice = true },
    { "a deadline that is ignored", "signal.signal(signal.SIGALRM, signal.SIG_IGN)", notice = true },
    { "a deadline that is blocked", "signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGALRM])", notice = true },
    { "all signals ignored", "ignore_all()", notice = true },
    { "all signals blocked", "block_all()", notice = true },
    { "no place for temporaries", variables = { TMPDIR = "/no/where" }, notice = true },
    { "a home that is not there", variables = { HOME = "/no/where", XDG_CONFIG_HOME = false }, notice = true },
    { "no home", variables = { HOME = false, XDG_CONFIG_HOME = false }, notice = true },
    { "an empty home", variables = { HOME = "", XDG_CONFIG_HOME = "" }, notice = true },
    { "a working directory that is gone",
        "os.mkdir(state + '.gone'); os.chdir(state + '.gone'); os.rmdir(state + '.gone')" },
    { "a working directory that cannot be read",
        "os.makedirs(state + '.dark', exist_ok=True); os.chmod(state + '.dark', 0o700); os.chdir(state + '.dark'); os.chmod('.', 0)" },
    { "no /proc", mounts = "mount -t tmpfs none /proc", notice = true },
    { "no /dev", mounts = "mount -t tmpfs none /dev", notice = true },
    { "state that cannot be written",
        mounts = 'mkdir -p "$STATE" && mount --bind "$STATE" "$STATE" && mount -o remount,ro,bind "$STATE"', notice = false },
    { "state on a disk that is full", notice = false, mounts = [[mkdir -p -m 700 "$STATE" && cp -a "$STATE" "$STATE.copy" &&
        mount -t tmpfs -o size=512k,mode=700 none "$STATE" && cp -a "$STATE.copy/." "$STATE" && rm -rf "$STATE.copy" &&
        { dd if=/dev/zero "of=$STATE/fill" bs=1k; true; }]] },
}

-- Of the first three descriptors, those that are closed.
for mask = 1, 7 do
    local closed = {}
    for fd = 0, 2 do
        closed[#closed + 1] = mask >> fd & 1 == 1 and fd or nil
    end
    local list = table.concat(closed, ", ")
    table.insert(CIRCUMSTANCES, { "closed: " .. list, ("close(%s)"):format(list), notice = not list:find "2",
        document = not list:find "1" })
end

local work, env, state

local function forms()
    local words = { env, "--state-dir", state, "--tty" }
    local function form(name, kept, directory, tells, ...)
        return { name = name, kept = kept, directory = directory, tells = tells, words = { "notify", ... } }
    end
    local function told(...)
        return table.unpack(table.move({ ... }, 1, select("#", ...), #words + 1, { table.unpack(words) }))
    end
    local prompt, full = form("a prompt", "checked", work, false), form("a prompt by the full command", "checked", work, false)
    prompt.words, full.words = { "prompt", env, "--state-dir", state }, { "prompt", env, "--state-dir=" .. state }
    return {
        prompt, full, form("nothing to tell", "told", work, false, told()),
        form("a notice", "checked", work, true, told()),
        form("no check yet", false, work, false, told()),
        form("an option of the full command", "checked", work, true, told("--now", "2035-01-01")),
        form("an exit code", "checked", work, true, told "--exit-code"),
        form("a document", "checked", work, true, told "--json"),
        form("the project around", "checked", env, true, "--state-dir", state, "--tty"),
        form("no project", "checked", work, false, "--state-dir", state, "--tty"),
        form("a directory that is not there", "checked", work, false, work .. "/nowhere", "--tty"),
    }
end

local function prepare()
    work, env, state = stage.set()
    command.must [["$upnudge" check "$env" --state-dir "$state" --new "$new" && cp -a "$state" "$work/checked" &&
        "$upnudge" notify "$env" --state-dir "$state" --tty && cp -a "$state" "$work/told"]]
end

--- Runs those that this system permits; the others' names.
local function run()
    local list, left_out = {}, {}
    for _, one in ipairs(CIRCUMSTANCES) do
        if MOUNTS or not one.mounts then
            list[#list + 1] = { name = one[1], setup = one[2] or "", mounts = one.mounts,
                variables = one.variables }
        else
            left_out[#left_out + 1] = one[1]
        end
    end
    command.write(work .. "/table", cjson.encode { state = state, forms = forms(), circumstances = list,
        kept = { checked = work .. "/checked", told = work .. "/told" },
        variables = { HOME = work .. "/home", XDG_CONFIG_HOME = work .. "/home", STATE = state } })
    return cjson.decode(command.must 'python3 "$root/tests/circumstances.py" "$work/table" "$upnudge"'), left_out
end

local function is_document(text)
    local ok, value = pcall(cjson.decode, text)
    return ok and value.schema == 1 and text:find "^{[^\n]*}\n$" ~= nil
end

--- The same for the segment of a prompt, which is all that is said.
local function fault_of_prompt(said, circumstance, segment)
    if said.code ~= 0 then
        return "an exit code"
    elseif said.err ~= "" or said.out ~= "" and said.out ~= segment then
        return "words"
    elseif circumstance[1] == "usual" and said.out == "" then
        return "no segment"
    end
end

--- What is wrong with an answer; nil: nothing.
local function fault(said, circumstance, form, notice)
    local expected = form.tells and circumstance.notice
    local told = said.err == notice
    local document = form.name == "a document" and circumstance.document ~= false
    if said.code ~= 0 and not (said.code == 100 and form.name == "an exit code") then
        return "an exit code"
    elseif not told and said.err ~= "" or told and not form.tells then
        return "words"
    elseif expected ~= nil and form.tells and expected ~= told then
        return expected and "no notice" or "a notice"
    elseif document and not is_document(said.out) or not document and said.out ~= "" then
        return "another output"
    elseif told and form.name == "an exit code" and said.code ~= 100 then
        return "no exit code"
    end
end

describe("an activation", function()
    after_each(stage.strike)

    if command.sanitised then
        pending "odd circumstances: a sanitised program needs memory, files and /proc for itself"
        return
    end

    it("exits with 0 and says its notice or nothing, whatever is odd about its process", function()
        prepare()
        local answers, left_out = run()
        local segment, notice, faults, count = answers[1].out, answers[4].err, {}, 0
        assert.equal("^3\n", segment)
        assert.is_truthy(notice:find "available in webshop", notice)
        local by_name, form_of = {}, {}
        for _, one in ipairs(CIRCUMSTANCES) do
            by_name[one[1]] = one
        end
        for _, one in ipairs(forms()) do
            form_of[one.name] = one
        end
        for _, said in ipairs(answers) do
            local circumstance, form = by_name[said.circumstance], form_of[said.form]
            local wrong
            if form.words[1] == "prompt" then
                wrong = fault_of_prompt(said, circumstance, segment)
            else
                wrong = fault(said, circumstance, form, notice)
            end
            faults[#faults + 1] = wrong and ("%s, %s: %s (%d, %q, %q)"):format(said.circumstance, said.form, wrong, said.code,
                said.out, said.err)
            count = count + 1
        end
        assert.equal("", table.concat(faults, "\n"))
        assert.equal((#CIRCUMSTANCES - #left_out) * 11, count)
        if left_out[1] then
            pending("this user or system cannot have: " .. table.concat(left_out, "; "))
        end
    end)
end)
