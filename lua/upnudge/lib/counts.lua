--- The counts of a result, by the names that records, policies and notices give them. Runs on both sides: in
--- the policy VM and in the trusted state.

return {
    --- Every count, in the order in which people are told of them.
    all = { "total", "versions", "rebuilds", "changed", "added", "removed", "major", "minor", "patch", "security",
        "direct", "indirect", "downgraded" },
    --- What happens to a package; these add up to the total.
    kinds = { "versions", "rebuilds", "changed", "added", "removed" },
    --- How far the versions go that go up. `downgraded` are the other versions; where nobody knows which goes where,
    --- it is zero and the version in no level.
    levels = { "major", "minor", "patch" },
    --- Whether somebody asked for the packages of these versions, but the downgrades, by name. Of formats that cannot
    --- tell there is neither.
    askers = { "direct", "indirect" },
}
