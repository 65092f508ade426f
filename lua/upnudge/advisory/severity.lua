--- Severities: one scale for the words, scores and vectors of scanners. "unknown" where nobody says one.

local M = {}

local WORDS <const> = { critical = "critical", high = "high", important = "high", medium = "medium",
    moderate = "medium", low = "low", info = "low", none = "low", minor = "low" }

--- What a scanner's own word means.
---@param word any
---@return upnudge.Severity
function M.of_word(word)
    return type(word) == "string" and #word < 16 and WORDS[word:lower()] or "unknown"
end

--- The bands of CVSS 3 and 4 (https://nvd.nist.gov/vuln-metrics/cvss).
---@param score any number or its text
---@return upnudge.Severity
function M.of_score(score)
    score = (type(score) == "number" or type(score) == "string" and #score < 8) and tonumber(score) or nil
    if not score or score < 0 or score > 10 then
        return "unknown"
    end
    return score >= 9 and "critical" or score >= 7 and "high" or score >= 4 and "medium" or "low"
end

-- Weights of the base metrics, as the specification has them (https://www.first.org/cvss/v3.1/specification-document,
-- 7.4); privileges weigh otherwise where the scope changes.
local WEIGHTS <const> = {
    AV = { N = 0.85, A = 0.62, L = 0.55, P = 0.2 }, AC = { L = 0.77, H = 0.44 }, UI = { N = 0.85, R = 0.62 },
    C = { H = 0.56, L = 0.22, N = 0 }, I = { H = 0.56, L = 0.22, N = 0 }, A = { H = 0.56, L = 0.22, N = 0 },
    PR = { N = 0.85, L = 0.62, H = 0.27 },
}
local PRIVILEGES_CHANGED <const> = { N = 0.85, L = 0.68, H = 0.5 }
local LONGEST <const> = 256

--- The base score of a CVSS vector of version 3; nil of another one, and of one that is broken.
---@param vector string
---@return number?
local function base_score(vector)
    local weight, changed = {}, vector:match "/S:(%u)" == "C"
    for name, weights in pairs(WEIGHTS) do
        local at = vector:match("/" .. name .. ":(%u)%f[/\0]")
        weight[name] = at and (name == "PR" and changed and PRIVILEGES_CHANGED or weights)[at]
        if not weight[name] then
            return nil
        end
    end
    local lost = 1 - (1 - weight.C) * (1 - weight.I) * (1 - weight.A)
    local impact = changed and 7.52 * (lost - 0.029) - 3.25 * (lost - 0.02) ^ 15 or 6.42 * lost
    if impact <= 0 then
        return 0
    end
    local score = (impact + 8.22 * weight.AV * weight.AC * weight.PR * weight.UI) * (changed and 1.08 or 1)
    -- Up to the next tenth, but for what is less than the precision of the sum.
    return math.ceil(math.min(score, 10) * 10 - 1e-4) / 10
end

--- Of a CVSS vector.
---@param vector any
---@return upnudge.Severity
function M.of_vector(vector)
    if type(vector) ~= "string" or #vector > LONGEST or not vector:find "^CVSS:3%.[01]/" then
        return "unknown"
    end
    return M.of_score(base_score(vector))
end

--- The first that is known.
---@param ... upnudge.Severity
---@return upnudge.Severity
function M.known(...)
    for _, severity in ipairs { ... } do
        if severity ~= "unknown" then
            return severity
        end
    end
    return "unknown"
end

return M
