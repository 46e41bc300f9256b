#!/bin/sh
# Locks requirements/*.txt anew from pyproject.toml, with hashes and without any index's address. Needs `uv`.
set -eu
cd "$(dirname "$0")/.."
lock="uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate"
export UV_CUSTOM_COMPILE_COMMAND="requirements/lock.sh"
$lock --extra setup "$@" pyproject.toml -o requirements/base.txt
$lock --extra setup --extra dev --constraints requirements/base.txt "$@" pyproject.toml -o requirements/dev.txt
# what llama-cpp-python needs and the base has is not locked twice
$lock --extra gguf --constraints requirements/base.txt $(sed -n 's/^\([a-z0-9-]*\)==.*/--no-emit-package \1/p' requirements/base.txt) "$@" pyproject.toml -o requirements/gguf.txt
# alone in a folder of its own: it is a program, and no part of the environment
sed -n '/^node = \[/,/^\]/s/^ *"\(.*\)".*/\1/p' pyproject.toml | $lock "$@" - -o requirements/node.txt
