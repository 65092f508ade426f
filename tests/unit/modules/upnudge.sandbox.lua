--- In the place of the policy-side modules, for the tests of the VM: entries that do what they are told.

local M = {}

--- Runs a chunk.
function M.run(source, ...)
    return assert(compile(source, "=chunk", _G))(...)
end

function M.echo(value)
    return value
end

function M.nothing()
end

return M
