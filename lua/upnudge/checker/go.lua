--- Go: `go get MODULE@upgrade` for every module that go.mod names, since `./...` would need the sources.

--- The modules that are required, and the directories that stand for some.
local function read(project)
    local required, replaced, block = {}, {}, nil
    for line in (project.bytes "go.mod" or ""):gmatch "[^\r\n]+" do
        line = line:gsub("//.*", "")
        local opened = line:match "^%s*(%l+)%s*%($"
        local what, rest = line:match "^%s*(%l+)%s+(%S.*)$"
        if opened then
            block = opened
        elseif line:find "^%s*%)" then
            block = nil
        else
            local kind = block or what
            local words = block and line or rest or ""
            local module = kind == "require" and words:match "^%s*(%S+)%s+v"
            required[#required + 1] = module or nil
            local place = kind == "replace" and words:match "=>%s*(%.%.?/%S*)"
            replaced[#replaced + 1] = place and place:gsub("/+$", "") .. "/go.mod" or nil
            if kind == "replace" then
                replaced[words:match "^%s*(%S+)" or ""] = true
            end
        end
    end
    return required, replaced
end

return {
    name = "go", title = "go", formats = { "gomod", "gosum" },
    needs = { "go" }, install = "apt install golang-go, or https://go.dev/doc/install",
    command = function(project)
        local required, replaced = read(project)
        local words = { "get" }
        for _, module in ipairs(required) do
            words[#words + 1] = not replaced[module] and module .. "@upgrade" or nil
        end
        return words[2] and words
    end,
    environment = { "GOFLAGS=-mod=mod", "GOWORK=off" },
    reads = { "go.mod", "go.sum" },
    more = function(project)
        return (select(2, read(project)))
    end,
    hint = "go get -u ./...",
    telling = { "^go: [^d]" },
}
