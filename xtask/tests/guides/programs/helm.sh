#!/bin/sh
# Helm is the one that the lock of the tools pins.
exec "$GUIDE_XTASK" --root "$GUIDE_REPOSITORY" tool python "$GUIDE_REPOSITORY/xtask/tests/guides/programs/helm.py" "$@"
