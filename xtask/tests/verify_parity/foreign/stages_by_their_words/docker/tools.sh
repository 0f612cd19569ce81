#!/bin/bash
ARGS=()
for arg in "$@"; do ARGS+=("$arg"); done
pip install "${ARGS[@]}"
