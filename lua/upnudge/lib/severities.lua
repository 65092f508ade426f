--- Severities of security problems, and how much each weighs. Runs on both sides: in the policy VM and in the trusted
--- state.

---@alias upnudge.Severity "critical"|"high"|"medium"|"low"|"unknown"

---@type table<upnudge.Severity, integer> "unknown": nobody says
return { critical = 4, high = 3, medium = 2, low = 1, unknown = 0 }
