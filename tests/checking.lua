--- For the specs of checkers: a project in the test's directory, a registry beside it, and checks that have no command.

local cjson = require "cjson"
local command = require "command"
local stage = require "stage"

local M = {}

--- What of the programs is not there or does not run, in words for `pending`; nil: nothing.
---@param ... string
---@return string?
function M.lacks(...)
    for _, program in ipairs { ... } do
        if command.shell("%s --version || %s version", program, program).code ~= 0 then
            return program .. " is not there"
        end
    end
end

--- Makes `$project` and `$registry`, and writes the files, by path from the test's directory.
---@param files table<string, string>
function M.set(files)
    local work = stage.bare()
    command.variables.project, command.variables.registry = work .. "/project", work .. "/registry"
    command.variables.state = work .. "/state"
    command.must 'mkdir -p "$project" "$registry"'
    for path, text in pairs(files) do
        command.must("mkdir -p %s", (work .. "/" .. path):match "^(.*)/")
        command.write(work .. "/" .. path, text)
    end
end

--- Serves `$registry` by HTTP; its address.
---@return string
function M.serve()
    stage.start('exec python3 "$root/tests/registry.py" "$registry"')
    return "http://127.0.0.1:" .. stage.await_file(command.variables.registry .. "/port")
end

--- All that is in the project, and what it says.
local function content()
    return command.must [[cd "$project" && find . -exec ls -ld --time-style=full-iso {} + &&
        find . -type f -exec sha256sum {} +]]
end

--- Checks the project, which has to stay as it is. `before` are assignments of variables.
---@param before string?
---@param ... string
---@return {outcome: string, reason: string, code: string, changes: integer?} answer
function M.check(before, ...)
    local was = content()
    local words = {}
    for i, word in ipairs { ... } do
        words[i] = command.quote(word)
    end
    local said = command.shell((before or "") .. ' "$upnudge" check "$project" --state-dir "$state" --json '
        .. table.concat(words, " "))
    assert(content() == was, "the check changed the project")
    assert(said.err == "", said.err)
    -- What it needed is gone.
    assert(command.must 'find "$state" -name "output*"' == "")
    return cjson.decode(said.out)
end

--- The changes that the last check found, as "left 1.0.0 -> 1.1.0", in order.
---@return string
function M.changes()
    local shown = cjson.decode(command.must '"$upnudge" show "$project" --changes --json --state-dir "$state"')
    local list = {}
    for i, change in ipairs(shown.changes) do
        list[i] = ("%s %s -> %s"):format(change.name, change.from or "", change.to or "")
    end
    table.sort(list)
    return table.concat(list, "\n")
end

--- What a notice says of the project.
---@param ... string
---@return string
function M.notice(...)
    local words = {}
    for i, word in ipairs { ... } do
        words[i] = command.quote(word)
    end
    return command.shell('"$upnudge" notify "$project" --tty --state-dir "$state" ' .. table.concat(words, " ")).err
end

return M
