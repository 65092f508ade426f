#!/bin/sh
# pip's check of itself: the state as its own code writes it, and a command that looks at it.
case $1 in
check)
    "$QUERY" "$2" >/dev/null
    exec "$PLACE/pip/bin/python" "$BENCH/remember.py" "$XDG_CACHE_HOME/pip" "99.$2.0"
    ;;
activate) PIP_INDEX_URL=$REGISTRY/none/ exec "$PLACE/pip/bin/python" -m pip install pip ;;
read) exec cat "$XDG_CACHE_HOME"/pip/selfcheck/*[0-9a-f] ;;
esac
