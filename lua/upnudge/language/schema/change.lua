--- What may happen to a package, and how far it goes: the words by which changes are told and asked for. Runs in the
--- policy VM and in the trusted state.

return {
    kinds = { "upgraded", "downgraded", "rebuilt", "changed", "added", "removed" },
    levels = { "major", "minor", "patch", "unknown" },
}
