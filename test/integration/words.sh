# words.sh - what a command in a transcript may use beside docker and the functions of private-dockerd.sh.
#
# shellcheck shell=bash source-path=SCRIPTDIR source=../../scripts/private-dockerd.sh
. "$(dirname "${BASH_SOURCE[0]}")/../../scripts/private-dockerd.sh"

# api METHOD TARGET [BODY [CURL OPTION...]] - a call that no docker client would make. Prints answer and status.
# CONTENT_TYPE, when set, stands in for application/json.
api() {
	local method=$1 target=$2 body=${3:-} type=()

	shift $(($# < 3 ? $# : 3))
	[ -z "$body" ] || type=(--header "Content-Type: ${CONTENT_TYPE-application/json}" --data-binary @-)
	printf '%s' "$body" | curl --silent --show-error --path-as-is --max-time 60 --unix-socket "$PRIVATE/docker.sock" \
		--request "$method" "${type[@]}" "$@" --write-out '\n%{http_code}\n' "http://docker$target" |
		sed -e 's/\\n/\n/g' -e '/^$/d'
}

# padded SIZE JSON - the JSON object with blanks before it.
padded() {
	printf "%$1s%s" '' "$2"
}

# hidden TARGET TYPE - a POST of what standard input has, in chunks. The daemon goes by TYPE; the plugin is told of the
# empty type behind it.
hidden() {
	curl --silent --show-error --max-time 60 --unix-socket "$PRIVATE/docker.sock" --header "Content-Type: $2" \
		--header 'Content-Type;' --header 'Transfer-Encoding: chunked' --header 'Expect:' --data-binary @- \
		--write-out '\n%{http_code}\n' "http://docker$1" | sed -e 's/\\n/\n/g' -e '/^$/d'
}

# ask BYTES - straight to the plugin, as only a daemon should.
ask() {
	printf '%s' "$1" | curl --silent --show-error --max-time 10 --unix-socket /run/docker/plugins/cis-authz.sock \
		--data-binary @- http://plugin/AuthZPlugin.AuthZReq
	echo
}

# settle [FILE] - until all that was decided so far is in the decision log, which is written a little later.
settle() {
	local mark=settled-$RANDOM-$RANDOM

	ask '{"RequestMethod":"GET","RequestUri":"/_ping","User":"'$mark'"}' >/dev/null
	wait_for 10 grep --quiet --fixed-strings "$mark" "${1:-$PRIVATE/decisions}"
}

# records PATTERN FILE - how many records have the pattern in them.
records() {
	settle "$2"
	grep --count -- "$1" "$2" || true
}

# record [FILE] - the latest decision record, without what differs from run to run.
record() {
	settle "${1:-$PRIVATE/decisions}"
	tail --lines 2 "${1:-$PRIVATE/decisions}" | head --lines 1 |
		sed -E 's/"(time|decision|sha256)":"[^"]*"/"\1":"..."/g; s/"micros":[0-9]+/"micros":0/'
}

# metrics PATH [PATTERN] - what the plugin answers to who watches it, or those lines that match.
metrics() {
	curl --silent --show-error --max-time 10 --unix-socket "$PRIVATE/metrics.sock" "http://plugin$1" | grep -e "${2:-}"
}

# metrics_tell LINE - counts follow the answer, so they may take a moment.
metrics_tell() {
	wait_for 10 metrics /metrics "^$1\$"
}

# in_force KEYS - a policy without rules but these keys, by a plugin that begins anew.
in_force() {
	printf 'version: 1\nname: hosts\nprofile: none\ncontact: ops@example.com\n%s\n' "$1" >policy.yaml
	plugin_stop
	plugin_start --policy policy.yaml
}

# policy NAME ACTION - a policy that makes ACTION of privileged containers, and has nothing else.
policy() {
	printf 'version: 1\nname: %s\nprofile: none\nrules: { privileged: %s }\n' "$1" "$2"
}

# said WORDS - waits until the plugin's own log says so, and prints that line.
said() {
	if ! wait_for 20 grep --quiet --fixed-strings -- "$1" "$PRIVATE/decisions"; then
		echo "the plugin has not said: $1"
		return 1
	fi
	grep --fixed-strings -- "$1" "$PRIVATE/decisions" | tail --lines 1 |
		sed --regexp-extended 's/sha256 [0-9a-f]{64}/sha256 .../g'
}

# bodies RECORDING - the bodies of recorded calls, a line each.
bodies() {
	sed -n 's/.*"RequestBody":"\([^"]*\)".*/\1/p' "$1" | while read -r body; do
		printf '%s' "$body" | base64 --decode
		echo
	done
}

# verdicts - of the decision records on standard input, what must not differ between a call and its replay.
verdicts() {
	sed -nE '/"decision"/{s/"(time|decision|target)":"[^"]*",//g; s/,"micros":[0-9]+//; p}' | sort
}

# typed COMMAND... - a docker command that is denied, and the command that its denial says to try.
typed() {
	PATH=/usr/bin:$PATH python3 "$(dirname "${BASH_SOURCE[0]}")/typed.py" "$@"
}

# rules RULES - puts a policy in force that has these and nothing else.
rules() {
	printf 'version: 1\nprofile: none\nrules: %s\n' "$1" >"$PRIVATE/policy.yaml"
	plugin_stop
	plugin_start --policy "$PRIVATE/policy.yaml"
}

# typed_by RULES COMMAND... - the same under these rules alone.
typed_by() {
	rules "$1"
	shift
	typed "$@"
}

# composed_by RULES SERVICE - a service of a compose file that these rules deny, and what its denial makes of it.
composed_by() {
	rules "$1"
	composed "$2"
}

composed() {
	PATH=/usr/bin:$PATH python3 "$(dirname "${BASH_SOURCE[0]}")/typed_compose.py" "$1"
}
