--- A report in the text format of Prometheus, for the textfile collector of node_exporter.
---
--- All are gauges: they are counted in logs that are bounded, so what is older than the window, or than the logs, goes.
--- Each sample says whose it is, for several people of one machine may drop such a file in one directory.

local M = {}

local ESCAPED <const> = { ["\\"] = "\\\\", ['"'] = '\\"', ["\n"] = "\\n" }

--- A value of a label: any text in UTF-8.
local function quoted(value)
    return '"' .. require "upnudge.lib.terminal".valid(value):gsub('[\\"\n]', ESCAPED) .. '"'
end

local function labels_of(labels)
    local parts = {}
    for i, label in ipairs(labels) do
        parts[i] = label[1] .. "=" .. quoted(label[2])
    end
    return "{" .. table.concat(parts, ",") .. "}"
end

local function sorted(counts)
    local names = {}
    for name in pairs(counts) do
        names[#names + 1] = name
    end
    table.sort(names, require "upnudge.core".before)
    return names
end

--- The text.
---@param summary upnudge.Summary
---@param version string of upnudge
---@return string
function M.text(summary, version)
    local lines, base = {}, { { "app", summary.app }, { "user", summary.user } }
    local function sample(name, value, ...)
        local labels = table.move(base, 1, #base, 1, {})
        lines[#lines + 1] = ("%s%s %d"):format(name, labels_of(table.move({ ... }, 1, select("#", ...), #labels + 1,
            labels)), value)
    end
    local function metric(name, help, value)
        lines[#lines + 1] = ("# HELP upnudge_%s %s"):format(name, help)
        lines[#lines + 1] = ("# TYPE upnudge_%s gauge"):format(name)
        if value then
            sample("upnudge_" .. name, value)
        end
    end
    local function family(name, help, label, counts, names)
        metric(name, help)
        for _, one in ipairs(names or sorted(counts)) do
            sample("upnudge_" .. name, counts[one] or 0, { label, one })
        end
    end
    local policy = summary.policy
    metric("info", "Which upnudge, and which policy is in force.")
    sample("upnudge_info", 1, { "version", version }, { "policy", policy.name }, { "policy_hash", policy.hash or "" })
    metric("policy_faulty", "Whether the policy that is named cannot be used.", policy.fault and 1 or 0)
    metric("report_timestamp_seconds", "When this was written.", summary.at)
    metric("window_seconds", "How far back activations, notices, silences and faults are counted.", summary.window)
    metric("log_start_timestamp_seconds", "When the oldest activation was that the logs still have, 0 for none.",
        summary.log_start or 0)
    metric("activations", "Activations in the window, as far as the logs go back.", summary.activations)
    family("notices", "Notices that were shown in the window, by rule.", "rule", summary.notices)
    family("silences", "Activations in the window at which nothing was said, by reason.", "code", summary.silences)
    metric("policy_faults", "Activations in the window at which the policy failed.", summary.faults)
    metric("environments", "Environments with a record.", #summary.environments)
    metric("checks_failing", "Environments whose last check failed.", summary.failed)
    metric("oldest_check_timestamp_seconds", "When the check was that is longest ago, of the last ones of all "
        .. "environments, 0 for none.", summary.oldest_check or 0)
    metric("newest_check_timestamp_seconds", "When the last check was, 0 for none.", summary.newest_check or 0)
    metric("waiting_changes", "Changes that wait in all environments, without what is ignored.",
        summary.waiting.total or 0)
    family("waiting_security_fixes", "Security fixes of those, by severity.", "severity", summary.fixes,
        { "critical", "high", "other" })
    metric("exposed_packages", "Packages that are installed, vulnerable or withdrawn, and get no fix.",
        summary.waiting.exposed or 0)
    return table.concat(lines, "\n") .. "\n"
end

return M
