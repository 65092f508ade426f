#!/bin/bash
# Puts what is installed, and nothing else, below a directory of its own. Usage: tree.sh BUILD TREE
# PREFIX, LIBDIR and the like say where things go; PC_REQUIRES and PC_LIBS what a static link takes.
set -eu
umask 022
build=$1 tree=$2
rm -rf "$tree"

# put MODE DIRECTORY FILE...
put() {
    install -d "$tree$2"
    install -m "$1" "${@:3}" "$tree$2/"
}

# A link in DIRECTORY to the file at PATH, which goes where the tree goes.
link() {
    install -d "$tree$1"
    ln -srf "$tree$2" "$tree$1/${3:-${2##*/}}"
}

# What pkg-config reads in a value is a word of the shell.
word() {
    sed 's/[^A-Za-z0-9_.,:=@%+/${}-]/\\&/g' <<<"$1"
}

# A path below the prefix follows the prefix.
below_prefix() {
    case $1 in
    "$PREFIX"/*) echo "\${prefix}$(word "${1#"$PREFIX"}")" ;;
    *) word "$1" ;;
    esac
}

put 755 "$PREFIX/bin" "$build/upnudge"
put 755 "$PREFIX/lib/upnudge" "$build/upnudge-cli"

put 755 "$LIBDIR" "$build/libupnudge.so.0"
link "$LIBDIR" "$LIBDIR/libupnudge.so.0" libupnudge.so
put 644 "$LIBDIR" "$build/libupnudge.a"
put 755 "$LIBDIR/upnudge" "$build/upnudge-json.so"
[ -e "$tree$PREFIX/lib/upnudge/upnudge-json.so" ] || link "$PREFIX/lib/upnudge" "$LIBDIR/upnudge/upnudge-json.so"
[ -e "$tree$LIBDIR/upnudge/upnudge-cli" ] || link "$LIBDIR/upnudge" "$PREFIX/lib/upnudge/upnudge-cli"
put 644 "$INCLUDEDIR" lua/api/upnudge.h
install -d "$tree$LIBDIR/pkgconfig"
requires=$PC_REQUIRES libs=$PC_LIBS
while IFS= read -r line; do
    line=${line//@PREFIX@/$(word "$PREFIX")}
    line=${line//@LIBDIR@/$(below_prefix "$LIBDIR")}
    line=${line//@INCLUDEDIR@/$(below_prefix "$INCLUDEDIR")}
    line=${line//@VERSION@/$VERSION}
    line=${line//@REQUIRES@/$requires}
    printf '%s\n' "${line//@LIBS@/$libs}"
done <lua/packaging/upnudge.pc.in >"$tree$LIBDIR/pkgconfig/upnudge.pc"

put 755 "$LIBDIR/lua/5.4/upnudge" "$build/lib/upnudge/core.so"
link "$LIBDIR/lua/5.4/upnudge" "$LIBDIR/upnudge/upnudge-json.so"
link "$LIBDIR/lua/5.4/upnudge" "$PREFIX/lib/upnudge/upnudge-cli"
(cd lua && find upnudge -name '*.lua' -printf '%h\n' | sort -u) | while read -r directory; do
    put 644 "$PREFIX/share/lua/5.4/$directory" "lua/$directory"/*.lua
done

for page in "$build"/manual/*.[135]; do
    [ -e "$page" ] && put 644 "$MANDIR/man${page##*.}" "$page"
done
# Each function of the C API is found by its name.
if [ -e "$tree$MANDIR/man3/upnudge.3" ]; then
    for name in $(sed -n 's/^UPNUDGE_API .*\b\(upnudge_[a-z_]*\)(.*/\1/p' lua/api/upnudge.h); do
        link "$MANDIR/man3" "$MANDIR/man3/upnudge.3" "$name.3"
    done
fi
put 644 "$PREFIX/share/bash-completion/completions" "$build/completions/upnudge"
put 644 "$ZSHDIR" "$build/completions/_upnudge"
put 644 "$PREFIX/share/fish/vendor_completions.d" "$build/completions/upnudge.fish"

put 644 "$DOCDIR" README.md CHANGELOG.md LICENSE
for room in core lua lua/packaging policies tests; do
    put 644 "$DOCDIR/$room" "$room/README.md"
done
put 644 "$DOCDIR/policies" policies/REFERENCE.md policies/*.lua
put 644 "$DOCDIR/policies/formats" policies/formats/*.lua
put 644 "$DOCDIR/policies/scenarios" policies/scenarios/*.lua
put 644 "$DOCDIR/tests/hosts" tests/hosts/*
