#!/bin/sh
# Makes dist/ and a node_modules/ with what runs, and nothing else, in the folder that holds docker/. Both are taken as
# they are where they are there already.
set -eu
cd "$(dirname "$0")/.."

if [ ! -d dist ]; then
  # Without optional packages: the base has its own Node.js.
  npm ci --ignore-scripts --no-audit --no-fund --omit=optional
  PATH="$PWD/node_modules/.bin:$PATH" nest build standalone
  npm prune --ignore-scripts --no-audit --no-fund --omit=dev --omit=optional
fi

# Half of what packages bring is for people who write programs.
find node_modules dist -type f \( -name '*.map' -o -name '*.ts' -o -name '*.mts' -o -name '*.cts' -o -name '*.md' \) \
  -exec rm -f {} +
rm -rf node_modules/.cache node_modules/.package-lock.json dist/*.tsbuildinfo dist/.tsbuildinfo
