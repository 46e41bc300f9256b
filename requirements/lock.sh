#!/bin/sh
# Locks requirements/*.txt anew from pyproject.toml, with hashes and without any index's address. Needs `uv`.
set -eu
cd "$(dirname "$0")/.."
lock="uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate"
export UV_CUSTOM_COMPILE_COMMAND="requirements/lock.sh"
$lock --extra setup "$@" pyproject.toml -o requirements/base.txt
$lock --extra setup --extra dev --constraints requirements/base.txt "$@" pyproject.toml -o requirements/dev.txt
