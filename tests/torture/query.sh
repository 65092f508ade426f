#!/bin/sh
# The query of a check: after a while, the lockfile that an upgrade would leave. Usage: query.sh NUMBER
sleep 0.05
exec sed "s/\"a\",\"version\":\"1\.0\.0\"/\"a\",\"version\":\"99.$1.0\"/" "$PROJECT/package-lock.json"
