#!/bin/sh
# A shell script with the latest version in one file and the stamp of its last notice in another.
case $1 in
check)
    version=$("$QUERY" "$2" | grep -o '99\.[0-9]*\.0')
    echo "$version" >"$STATE/latest"
    ;;
activate)
    [ -s "$STATE/latest" ] || exit 0
    last=$(cat "$STATE/notified" 2>/dev/null || echo 0)
    [ $((NOW - last)) -ge 604800 ] || exit 0
    echo "$NOW" >"$STATE/notified"
    echo "$(cat "$STATE/latest") is available" >&2
    ;;
read) exec cat "$STATE/latest" ;;
esac
