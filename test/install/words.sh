# words.sh - how the tests of the installation check and count. Sourced by run, deb and inside.
#
# shellcheck shell=bash
passed=0 failed=0 skipped=0

# check WORDS COMMAND... - one check: the command succeeds. What it printed is shown when it does not.
check() {
	local words=$1 log

	shift
	log=$("$@" 2>&1 </dev/null) && status=0 || status=$?
	if [ "$status" = 0 ]; then
		passed=$((passed + 1))
		return 0
	fi
	failed=$((failed + 1))
	printf 'FAILED: %s (%s: exit status %s)\n%s\n' "$words" "$1" "$status" "$(tail -n 30 <<<"$log")"
	return 1
}

# refused WORDS PATTERN COMMAND... - one check: the command fails, and says so with what the pattern matches.
refused() {
	local words=$1 pattern=$2 log

	shift 2
	# A denial's lines end where a terminal does, which says nothing.
	if ! log=$("$@" 2>&1 </dev/null) && tr -s '\n ' ' ' <<<"$log" | grep --quiet --extended-regexp -- "$pattern"; then
		passed=$((passed + 1))
		return 0
	fi
	failed=$((failed + 1))
	printf 'FAILED: %s: wanted a refusal with "%s" of: %s\n%s\n' "$words" "$pattern" "$*" "$(tail -n 30 <<<"$log")"
	return 1
}

# says PATTERN COMMAND... - succeeds when the command does and what it prints matches.
says() {
	local pattern=$1 log

	shift
	log=$("$@" 2>&1) || { echo "$log"; return 1; }
	grep --quiet --extended-regexp -- "$pattern" <<<"$log" || { printf 'no "%s" in:\n%s\n' "$pattern" "$log"; return 1; }
}

count() {
	echo "$passed passed, $failed failed, $skipped skipped"
}

# add_counts LOG - of the last line of the log, and shows the lines above it.
add_counts() {
	local more

	more=$(tail -n 1 "$1" | sed -nE 's/^([0-9]+) passed, ([0-9]+) failed, ([0-9]+) skipped$/\1 \2 \3/p')
	if [ -n "$more" ]; then head -n -1 "$1"; else cat "$1"; fi
	# shellcheck disable=SC2086
	set -- ${more:-0 1 0}
	passed=$((passed + $1)) failed=$((failed + $2)) skipped=$((skipped + $3))
}
