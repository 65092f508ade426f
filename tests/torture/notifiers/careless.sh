#!/bin/sh
# Does all that a notifier should not, once those three rounds are over that go by undisturbed.
calm=$((1900000000 + 3 * 2592000))
case $1 in
check)
    version=$("$QUERY" "$2" | grep -o '99\.[0-9]*\.0')
    [ "$NOW" -ge $calm ] || { echo "{\"latest\":\"$version\"}" >"$STATE/state"; exit 0; }
    : >"$STATE/left.$2"
    echo '{' >"$STATE/state"
    [ $(($2 % 2)) = 0 ] || exit 3
    ;;
activate) echo "99.1.0 is available" >&2 ;;
read) exec cat "$STATE/state" ;;
esac
