--- Poetry: `poetry update --lock`, which writes the lockfile alone and makes no environment.

return {
    name = "poetry", title = "poetry", formats = { "poetry" },
    needs = { "poetry" }, install = "apt install python3-poetry, or https://python-poetry.org/docs/#installation",
    command = { "update", "--lock", "--no-interaction", "--no-ansi" },
    environment = { "POETRY_VIRTUALENVS_CREATE=false", "PYTHON_KEYRING_BACKEND=keyring.backends.null.Keyring" },
    reads = { "pyproject.toml", "poetry.toml" },
    more = function(project)
        local found, manifest = {}, project.document("pyproject.toml", "toml")
        local function walk(value, depth)
            for key, one in pairs(value) do
                if type(one) == "table" and depth < 8 then
                    walk(one, depth + 1)
                elseif key == "path" and type(one) == "string" then
                    found[#found + 1] = one
                    found[#found + 1] = one .. "/pyproject.toml"
                end
            end
        end
        walk(type(manifest) == "table" and manifest or {}, 0)
        table.sort(found)
        return found
    end,
    audit = require "upnudge.checker.pip".audit,
    hint = "poetry update",
    telling = { "Error", "Because ", "version solving failed" },
}
