#!/bin/sh
# upnudge with the policy $POLICY.
command=$1 number=$2
set -- "$PROJECT" --state-dir "$STATE/upnudge" --policy "$POLICY" --now "$NOW"
case $command in
check) exec "$BUILD/upnudge" check "$@" --max-age 0 -- "$QUERY" "$number" ;;
activate) exec "$BUILD/upnudge" notify "$@" --tty ;;
read) exec "$BUILD/upnudge" show "$@" --changes ;;
esac
