#!/bin/sh
# Every C file is laid out as .clang-format says. 14 is Debian 12's; another version has other ideas.
cd "$(dirname "$0")/../.." || exit 1
if ! command -v clang-format-14 >/dev/null; then
	echo "skipped: clang-format-14 is not installed"
	exit 77
fi
find base include plugin policy test -name '*.[ch]' -exec clang-format-14 --dry-run --Werror {} +
