#!/bin/sh
# Every shell script is free of what shellcheck knows to go wrong.
cd "$(dirname "$0")/../.." || exit 1
if ! command -v shellcheck >/dev/null; then
	echo "skipped: shellcheck is not installed"
	exit 77
fi
# By their first line: a script has no extension, and shell to be sourced says so below its title.
grep --recursive --files-with-matches --extended-regexp '^#!/bin/(ba)?sh|^# shellcheck shell=' \
	.ci contrib packaging scripts test | xargs shellcheck --external-sources --severity=warning
