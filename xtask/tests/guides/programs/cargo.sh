#!/bin/sh
# `cargo xtask` is the program under test, in the workspace around the folder; what else cargo does is cargo's.
[ "$1" = xtask ] || PATH=${PATH#*:} exec cargo "$@"
shift
for word; do
    [ "$word" != --root ] || exec "$GUIDE_XTASK" "$@"
done
root=$PWD
until grep -qs '^\[workspace' "$root/Cargo.toml"; do
    [ "$root" != / ] || { echo "error: no workspace here" >&2; exit 101; }
    root=$(dirname "$root")
done
exec "$GUIDE_XTASK" --root "$root" "$@"
