--- A report in the text format of Prometheus, held against the rules of that and of `promtool check metrics`.

local prometheus = require "upnudge.tools.prometheus"

local function summary(changes)
    local whole = { at = 1800000000, app = "default", user = "me", window = 604800, log_start = 1799990000,
        policy = { name = "acme", hash = ("ab"):rep(16), file = "/p.lua" }, activations = 7, notices = { security = 2, decide = 1 },
        silences = { ["not-due"] = 4 }, policies = {}, faults = 0, waiting = { total = 9, security = 3, exposed = 1 },
        fixes = { critical = 1, high = 0, other = 2 }, environments = { {}, {} }, more = 0, failed = 1, oldest_check = 5, newest_check = 9 }
    for name, value in pairs(changes or {}) do
        whole[name] = value
    end
    return whole
end

--- Reads the labels of a sample strictly.
local function labels_of(text)
    local labels, at = {}, 1
    while at <= #text do
        local name, stop = text:match('^([%a_][%w_]*)="()', at)
        assert.is_truthy(name, text)
        local value = ""
        while text:sub(stop, stop) ~= '"' do
            local escaped = text:match('^\\([\\"n])', stop)
            assert.is_true(escaped ~= nil or text:sub(stop, stop) ~= "\\" and stop <= #text, text)
            value, stop = value .. (escaped and (escaped == "n" and "\n" or escaped) or text:sub(stop, stop)), stop + (escaped and 2 or 1)
        end
        assert.is_nil(labels[name])
        labels[name], at = value, stop + 1
        assert.is_true(at > #text or text:sub(at, at) == ",", text)
        at = at + 1
    end
    return labels
end

--- Reads the text as the format has it: HELP and TYPE before the samples of each family, which stand together, and no
--- two samples alike.
local function parse(text)
    local samples, families, seen, current, helped = {}, {}, {}, nil, nil
    assert.equal("\n", text:sub(-1))
    for line in text:gmatch "([^\n]*)\n" do
        local help, words = line:match "^# HELP ([%a_:][%w_:]*) (.+)$"
        local typed, kind = line:match "^# TYPE ([%a_:][%w_:]*) (%l+)$"
        if help then
            assert.is_nil(families[help], help)
            assert.is_nil(words:find "\\")
            helped = help
        elseif typed then
            assert.same({ helped, "gauge" }, { typed, kind })
            families[typed], current = true, typed
        else
            local name, labels, value = line:match "^([%a_:][%w_:]*){(.*)} (%-?%d+)$"
            assert.equal(current, name, line)
            assert.is_nil(seen[name .. labels], line)
            seen[name .. labels] = true
            samples[#samples + 1] = { name = name, labels = labels_of(labels), value = math.tointeger(value) }
        end
    end
    return samples, families
end

local function value_of(samples, name, label, value)
    for _, sample in ipairs(samples) do
        if sample.name == name and (not label or sample.labels[label] == value) then
            return sample.value
        end
    end
end

describe("a report for Prometheus", function()
    it("is in its format, and says whose it is", function()
        local samples, families = parse(prometheus.text(summary(), "1.2.3"))
        for _, sample in ipairs(samples) do
            assert.same({ "default", "me" }, { sample.labels.app, sample.labels.user })
        end
        for name in pairs(families) do
            -- What promtool finds wrong: units that are no base units, and suffixes that are of other types.
            assert.is_nil(name:find "_total$" or name:find "_count$" or name:find "_sum$" or name:find "_bucket$" or name:find "gauge")
            assert.is_nil(name:find "milliseconds" or name:find "minutes" or name:find "days")
        end
        assert.same({ 2, 4, 7, 1, 0, 2 }, { value_of(samples, "upnudge_notices", "rule", "security"),
            value_of(samples, "upnudge_silences", "code", "not-due"), value_of(samples, "upnudge_activations"),
            value_of(samples, "upnudge_checks_failing"), value_of(samples, "upnudge_policy_faulty"), value_of(samples, "upnudge_environments") })
        assert.same({ 1, 2 }, { value_of(samples, "upnudge_waiting_security_fixes", "severity", "critical"),
            value_of(samples, "upnudge_waiting_security_fixes", "severity", "other") })
        assert.equal(1, value_of(samples, "upnudge_info", "policy_hash", ("ab"):rep(16)))
    end)

    it("quotes whatever a rule or a policy is called", function()
        local name = 'a "quoted\\name"\nof\tmany\xFF lines}'
        local samples = parse(prometheus.text(summary { notices = { [name] = 3 }, policy = { name = name, fault = "x" } }, "1"))
        local valid = require "upnudge.lib.terminal".valid(name)
        assert.equal(3, value_of(samples, "upnudge_notices", "rule", valid))
        assert.same({ 1, 1 }, { value_of(samples, "upnudge_info", "policy", valid), value_of(samples, "upnudge_policy_faulty") })
    end)

    it("has every family where nothing is known", function()
        local bare = summary { notices = {}, silences = {}, environments = {} }
        bare.oldest_check, bare.newest_check, bare.log_start = nil, nil, nil
        local samples = parse(prometheus.text(bare, "1"))
        assert.equal(0, value_of(samples, "upnudge_oldest_check_timestamp_seconds"))
    end)
end)
