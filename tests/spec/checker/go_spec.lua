--- go itself, with a proxy that is a directory.

local checking = require "checking"
local command = require "command"
local stage = require "stage"

local missing = checking.lacks("go", "python3")

local function publish(module, version)
    command.must([[module=%s version=%s; place="$registry/$module/@v"; mkdir -p "$place"
        printf 'module %%s\n\ngo 1.17\n' "$module" >"$place/$version.mod"
        printf '{"Version":"%%s","Time":"2020-01-01T00:00:00Z"}' "$version" >"$place/$version.info"
        echo "$version" >>"$place/list"
        python3 -c 'import sys, zipfile
with zipfile.ZipFile(sys.argv[1], "w") as z:
    z.writestr(sys.argv[2] + "@" + sys.argv[3] + "/go.mod", "module " + sys.argv[2] + "\n\ngo 1.17\n")
    z.writestr(sys.argv[2] + "@" + sys.argv[3] + "/it.go", "package it\n")' "$place/$version.zip" "$module" "$version"]],
        module, version)
end

after_each(stage.strike)

describe("go", function()
    it("gets newer modules into go.mod, without the sources", function()
        if missing then
            return pending(missing)
        end
        checking.set {
            ["project/go.mod"] = "module example.com/p\n\ngo 1.17\n\nrequire (\n\texample.com/left v1.0.0\n"
                .. "\texample.com/right v1.0.0 // indirect\n)\n\nrequire example.com/beside v0.0.0\n\n"
                .. "replace example.com/beside => ../beside\n",
            ["project/main.go"] = "package main\n",
            ["beside/go.mod"] = "module example.com/beside\n\ngo 1.17\n",
        }
        publish("example.com/left", "v1.0.0")
        publish("example.com/left", "v1.2.0")
        publish("example.com/right", "v1.0.0")
        local alone = 'export GOPROXY="file://$(echo "$registry" | sed "s/ /%20/g")" GONOSUMDB="*" GOSUMDB=off '
            .. 'GOMODCACHE="$work/cache" GOCACHE="$work/cache2" GOFLAGS=-modcacherw;'
        local answer = checking.check(alone)
        assert.equal("checked", answer.outcome, answer.reason)
        assert.equal("example.com/left v1.0.0 -> v1.2.0", checking.changes())
        command.must 'rm -r "$registry/example.com/right"'
        local failed = checking.check(alone, "--max-age", "0")
        assert.equal("failed", failed.outcome)
        assert.is_truthy(failed.reason:find("go exited with 1: go: ", 1, true), failed.reason)
    end)
end)
