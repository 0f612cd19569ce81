#!/bin/sh
set -eu
for service in catalog pricing; do
  docker build -t "registry.example.com/market/$service:$1" "$service"
  docker push "registry.example.com/market/$service:$1"
done
