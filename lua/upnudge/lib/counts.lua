--- The counts of a result, by the names that records, policies and notices give them. Runs on both sides: in
--- the policy VM and in the trusted state.

local LEVELS <const> = { "major", "minor", "patch" }
local IS_LEVEL <const> = { major = true, minor = true, patch = true }

--- Tells each count to which a change adds one, but the total and what is of security.
---@param change upnudge.Change
---@param more fun(name: string)
local function of_change(change, more)
    if change.kind == "added" or change.kind == "removed" then
        more(change.kind)
    elseif change.kind == "rebuilt" then
        more "rebuilds"
    elseif change.from ~= change.to then
        more "versions"
        if change.kind == "downgraded" then
            more "downgraded"
            return
        end
        if change.direct ~= nil then
            more(change.direct and "direct" or "indirect")
        end
        if IS_LEVEL[change.level] then
            more(change.level)
        end
    else
        more "changed"
    end
end

return {
    of_change = of_change,
    --- Every count, in the order in which people are told of them.
    all = { "total", "versions", "rebuilds", "changed", "added", "removed", "major", "minor", "patch", "security",
        "direct", "indirect", "downgraded", "critical", "high", "exposed", "withdrawn" },
    --- What happens to a package; these add up to the total.
    kinds = { "versions", "rebuilds", "changed", "added", "removed" },
    --- How far the versions go that go up. `downgraded` are the other versions; where nobody knows which goes where,
    --- it is zero and the version in no level.
    levels = LEVELS,
    --- Whether somebody asked for the packages of these versions, but the downgrades, by name. Of formats that cannot
    --- tell there is neither.
    askers = { "direct", "indirect" },
    --- How bad what the security fixes mend is, where a scanner says; the rest is less bad, or nobody knows.
    severities = { "critical", "high" },
    --- What is installed, has a problem and gets no fix by the upgrade: no changes, so none of the total. The second
    --- are those of the first with which nothing is wrong but that their version was taken back.
    open = { "exposed", "withdrawn" },
}
