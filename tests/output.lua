--- Output of busted: what failed, and a closing line that counts.

local io = require "io"

return function(options)
    local handler = require "busted.outputHandlers.base"()
    local busted = require "busted"
    local shown = { failure = "FAILED", error = "ERROR", pending = "skipped" }

    local function report(kind, list)
        for _, entry in ipairs(list) do
            local message = type(entry.message) == "string" and entry.message
                or require "pl.pretty".write(entry.message or "")
            local trace = entry.trace or {}
            io.write(("%s %s (%s:%s)\n%s\n"):format(shown[kind], entry.name, trace.short_src or "?",
                trace.currentline or "?", message))
        end
    end

    -- A file that does not load is an error like any other, so a typo cannot pass for success.
    local function close()
        report("failure", handler.failures)
        report("error", handler.errors)
        report("pending", handler.pendings)
        io.write(("%d passed, %d failed, %d skipped\n"):format(handler.successesCount,
            #handler.failures + #handler.errors, handler.pendingsCount))
        io.flush()
        return nil, true
    end

    handler.options = options
    busted.subscribe({ "exit" }, close)
    return handler
end
