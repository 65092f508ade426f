#!/bin/bash
# Makes packages of Debian from a tree that tree.sh made for /usr. Usage: deb.sh TREE WORK OUT
# VERSION, REVISION, MAINTAINER and SOURCE_DATE_EPOCH say what stands in them, DEB_LEVEL how much they are compressed.
# Needs dpkg-dev.
set -eu
umask 022
tree=$(cd "$1" && pwd) out=$3
triplet=$(dpkg-architecture -qDEB_HOST_MULTIARCH)
lib=usr/lib/$triplet doc=usr/share/doc
export SOURCE_DATE_EPOCH

rm -rf "$2"
mkdir -p "$2/debian" "$out"
work=$(cd "$2" && pwd) out=$(cd "$out" && pwd)
sed "s/@MAINTAINER@/$(sed 's/[&/\]/\\&/g' <<<"$MAINTAINER")/" lua/packaging/control.in >"$work/debian/control"
cat >"$work/debian/changelog" <<END
upnudge ($VERSION-$REVISION) unstable; urgency=medium

  * Made from the sources of $VERSION; what is new stands in changelog.gz.

 -- $MAINTAINER  $(LC_ALL=C date -u -R -d "@$SOURCE_DATE_EPOCH")
END
{
    printf 'Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\nUpstream-Name: upnudge\n'
    printf '\nFiles: *\nCopyright: %s\nLicense: Expat\n' "$(sed -n 's/^Copyright (c) //p' LICENSE)"
    sed -n '/^Permission/,$ { s/^$/./; s/^/ /; p; }' LICENSE
} >"$work/debian/copyright"

# give PACKAGE PATTERN...: what of the tree that package has.
give() {
    local package=$1
    shift
    mkdir -p "$work/$package"
    (cd "$tree" && find "$@" ! -type d -print0 | xargs -0 cp -P --preserve=mode --parents -t "$work/$package")
}
give upnudge usr/bin usr/lib/upnudge usr/share/man/man1 usr/share/man/man5 usr/share/bash-completion usr/share/zsh usr/share/fish \
    $doc/upnudge $lib/upnudge/upnudge-cli $lib/lua/5.4/upnudge/upnudge-cli
give libupnudge0 $lib/libupnudge.so.0 $lib/upnudge/upnudge-json.so
give libupnudge-dev $lib/libupnudge.so $lib/libupnudge.a $lib/pkgconfig usr/include usr/share/man/man3
give lua-upnudge $lib/lua/5.4/upnudge/core.so $lib/lua/5.4/upnudge/upnudge-json.so usr/share/lua
packages="upnudge libupnudge0 libupnudge-dev lua-upnudge"
given=$(cd "$work" && find $packages ! -type d | wc -l)
[ "$given" = "$(find "$tree" ! -type d | wc -l)" ] || {
    echo "deb.sh: the packages have $given files, which is not what the tree has" >&2
    exit 1
}

# Debian has its own places for what changed and for the licence.
rm "$work/upnudge/$doc/upnudge/LICENSE"
mv "$work/upnudge/$doc/upnudge/CHANGELOG.md" "$work/debian/upstream"

# What lintian would object to, and why it is so.
override() {
    mkdir -p "$work/$1/usr/share/lintian/overrides"
    printf '%s\n' "# $2" "${@:3}" >"$work/$1/usr/share/lintian/overrides/$1"
}
override upnudge "Both run at a prompt. The dynamic linker alone costs as much as the first of them does." \
    "upnudge: statically-linked-binary [usr/bin/upnudge]" "upnudge: hardening-no-pie [usr/lib/upnudge/upnudge-cli]"
within="It is loaded into any program, which may have another of these in its process."
override libupnudge0 "$within" "libupnudge0: embedded-library expat *" "libupnudge0: embedded-library libyaml *"
override lua-upnudge "$within" "lua-upnudge: embedded-library expat *" "lua-upnudge: embedded-library libyaml *"
echo "activate-noawait ldconfig" >"$work/debian/libupnudge0.triggers"
echo "libupnudge 0 libupnudge0 (>= $VERSION)" >"$work/debian/libupnudge0.shlibs"

# Manual pages are compressed there, and links to them lead to what they are then.
compress() {
    local page
    find "$1/usr/share/man" -type f 2>/dev/null | while IFS= read -r page; do
        gzip -9n "$page"
    done
    find "$1/usr/share/man" -type l 2>/dev/null | while IFS= read -r page; do
        ln -s "$(readlink "$page").gz" "$page.gz"
        rm "$page"
    done
}

# control PACKAGE: what dpkg is told of it.
control() {
    local package=$1 root=$work/$1 programs file
    mkdir -p "$root/DEBIAN" "$root/$doc/$package"
    install -m 644 "$work/debian/copyright" "$root/$doc/$package/copyright"
    gzip -9nc "$work/debian/changelog" >"$root/$doc/$package/changelog.Debian.gz"
    gzip -9nc "$work/debian/upstream" >"$root/$doc/$package/changelog.gz"
    for file in triggers shlibs; do
        [ ! -e "$work/debian/$package.$file" ] || install -m 644 "$work/debian/$package.$file" "$root/DEBIAN/$file"
    done
    programs=
    for file in $(cd "$work" && find "$package" -type f -perm -u+x); do
        strip --strip-unneeded --remove-section=.comment --remove-section=.note "$work/$file"
        case $file in *.so*) chmod 644 "$work/$file" ;; esac
        ! readelf -d "$work/$file" 2>/dev/null | grep -q NEEDED || programs="$programs $file"
    done
    find "$root" -name '*.a' -exec strip --strip-debug --enable-deterministic-archives \
        --remove-section=.comment --remove-section=.note {} +
    (
        cd "$work"
        : >"debian/$package.substvars"
        [ -z "$programs" ] ||
            dpkg-shlibdeps -T"debian/$package.substvars" --warnings=0 $programs
        dpkg-gencontrol -p"$package" -P"$root" -T"debian/$package.substvars" -fdebian/files
        cd "$root"
        find usr -type f -exec md5sum {} + | LC_ALL=C sort -k 2 >DEBIAN/md5sums
        chmod 644 DEBIAN/md5sums
        find . -newermt "@$SOURCE_DATE_EPOCH" -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +
    )
}
for package in $packages; do
    compress "$work/$package"
    control "$package"
    dpkg-deb --root-owner-group -Zxz ${DEB_LEVEL:+"-z$DEB_LEVEL"} --build "$work/$package" "$out"
done
