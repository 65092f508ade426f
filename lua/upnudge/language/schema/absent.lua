--- What a policy is told that may not be there, by the table that has it. See upnudge.language.schema.context,
--- from which this is apart because every notice reads it.

return {
    c = {},
    env = { format = true, upgrade = true },
    result = { environments = true, security_since = true },
    environments = { app = true },
    packages = { environment = true, level = true, from = true, to = true, system = true, group = true, direct = true,
        security = true, security_since = true, severity = true, fixes = true, source = true, url = true,
        released = true, behind = true },
    fixes = { aliases = true, url = true, title = true },
    exposures = { environment = true, version = true, system = true, direct = true, aliases = true, url = true,
        title = true, withdrawn = true },
    history = { last_notified = true, shown = true, times = true, snoozed_until = true, sessions = true },
    clock = { last_notified = true, shown = true, times = true },
    host = { lang = true, command = true, hint = true, options = true },
}
