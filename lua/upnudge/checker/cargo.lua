--- Cargo: `cargo update`. It wants to see every manifest of the workspace and, by name, what they build; the sources
--- themselves are none of it.

local files = require "upnudge.checker.files"

-- Manifests that are looked into.
local MOST <const> = 2000
local SECTIONS <const> = { "dependencies", "dev-dependencies", "build-dependencies", "dev_dependencies",
    "build_dependencies" }

--- Adds the directories that a table of dependencies names.
local function add_paths(found, dependencies)
    for _, one in pairs(type(dependencies) == "table" and dependencies or {}) do
        if type(one) == "table" and type(one.path) == "string" then
            found[#found + 1] = one.path
        end
    end
end

--- The directories that a manifest names, with patterns of members among them.
local function places_of(manifest)
    local found = {}
    local workspace = type(manifest.workspace) == "table" and manifest.workspace or {}
    for _, member in ipairs(type(workspace.members) == "table" and workspace.members or {}) do
        found[#found + 1] = type(member) == "string" and member or nil
    end
    local tables = { manifest, workspace }
    for _, name in ipairs { "target", "patch" } do
        for _, one in pairs(type(manifest[name]) == "table" and manifest[name] or {}) do
            tables[#tables + 1] = type(one) == "table" and one or nil
            add_paths(found, one)
        end
    end
    for _, one in ipairs(tables) do
        for _, section in ipairs(SECTIONS) do
            add_paths(found, one[section])
        end
    end
    add_paths(found, manifest.replace)
    return found
end

--- The manifests that the one of the top leads to.
local function manifests(project)
    local paths, seen = { project.path .. "/Cargo.toml" }, {}
    seen[paths[1]] = true
    for at = 1, MOST do
        local path = paths[at]
        if not path then
            break
        end
        local manifest, directory = project.document(path, "toml"), path:match "^(.*)/"
        for _, place in ipairs(type(manifest) == "table" and places_of(manifest) or {}) do
            for _, other in ipairs(files.list(directory, { place .. "/Cargo.toml" })) do
                paths[#paths + 1] = not seen[other] and other or nil
                seen[other] = true
            end
        end
    end
    return paths
end

return {
    name = "cargo", title = "cargo", formats = { "cargo" },
    needs = { "cargo" }, install = "apt install cargo, or https://rustup.rs",
    command = { "update", "--color", "never" },
    environment = { "CARGO_TERM_PROGRESS_WHEN=never", "RUSTC_WRAPPER=", "RUSTC=rustc" },
    reads = { "Cargo.toml", ".cargo/config.toml", ".cargo/config" },
    more = manifests,
    stubs = { "src/lib.rs", "src/main.rs", "src/bin/*.rs", "src/bin/*/main.rs", "examples/*.rs", "examples/*/main.rs",
        "tests/*.rs", "benches/*.rs", "build.rs" },
    audit = { title = "cargo audit", needs = { "cargo-audit" }, command = function(lockfile)
        return { "audit", "--json", "--color", "never", "--file", lockfile }
    end },
    hint = "cargo update",
    telling = { "^error", "^Caused by", "^failed to", "^no matching", "^unable to" },
    executes = { ".cargo/config.toml", ".cargo/config" },
}
