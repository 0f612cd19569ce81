#!/bin/sh
# `uvx twinfile` is the program under test, as a wheel would hold it, whatever version is asked for.
case "$1" in
    twinfile | twinfile@*) ;;
    *) echo "uvx: $1 is not tried here" >&2; exit 2 ;;
esac
shift
exec "$GUIDE_TWINFILE" "$@"
