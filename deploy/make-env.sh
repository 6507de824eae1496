#!/bin/sh
# Writes .env with a fresh random value for each secret in .env.example. Never overwrites one: the
# volumes of a running rig know the old values.
set -eu
cd "$(dirname "$0")/.."
if [ -e .env ]; then
  echo '.env exists and is kept. To start over: docker compose down -v, then remove .env.' >&2
  exit 0
fi
umask 077
# Written aside and moved, so that an interrupted run leaves no half .env that would be kept.
unfinished=".env.$$"
trap 'rm -f "$unfinished"' EXIT
grep -oE '^[A-Z_]+=$' .env.example | while IFS= read -r name; do
  printf '%s%s\n' "$name" "$(od -An -N24 -tx1 /dev/urandom | tr -d ' \n')"
done >"$unfinished"
mv "$unfinished" .env
echo 'Wrote .env. Grafana: user admin, password HOTPATH_GRAFANA_PASSWORD.' >&2
