#!/bin/sh
# Builds the program of profile/ in FOLDER against the engine's own sources, and has CIS-AUTHZ judge what it asks for:
# the engine's profile of system calls passes in each of its forms, and what is wider by one condition does not.
# Debian's golang-go and golang-github-docker-docker-dev bring what it takes; without them, 77.
#
# Usage: profile.sh CIS-AUTHZ FOLDER
set -eu

cis_authz=$1
folder=$2

go=/usr/bin/go
sources=/usr/share/gocode/src
profile=$sources/github.com/docker/docker/profiles/seccomp

if [ ! -x "$go" ] || [ ! -d "$profile" ]; then
	echo "skipped: there is no $go or no $profile; apt-get install golang-go golang-github-docker-docker-dev" >&2
	exit 77
fi

mkdir -p "$folder"
folder=$(cd "$folder" && pwd)
(
	cd "$(dirname "$0")/profile"
	GO111MODULE=off GOPATH=${sources%/src} GOFLAGS='' GOCACHE=$folder/cache HOME=$folder CGO_ENABLED=0 \
		"$go" build -tags seccomp -o "$folder/profile" .
)
cat >"$folder/policy.yaml" <<'POLICY'
version: 1
profile: none
rules: { seccomp-profile: deny }
POLICY

"$folder/profile" allowed "$profile/default.json" >"$folder/allowed.jsonl"
"$cis_authz" eval --policy "$folder/policy.yaml" "$folder/allowed.jsonl"

"$folder/profile" denied >"$folder/denied.jsonl"
status=0
"$cis_authz" eval --policy "$folder/policy.yaml" "$folder/denied.jsonl" >"$folder/denied.txt" || status=$?
asked=$(wc -l <"$folder/denied.jsonl")
refused=$(grep -c '^deny ' "$folder/denied.txt" || true)
if [ "$status" != 1 ] || [ "$asked" -lt 40 ] || [ "$refused" != "$asked" ]; then
	echo "$refused of $asked profiles that are wider than the engine's own were denied:" >&2
	grep -n '^allow ' "$folder/denied.txt" >&2 || true
	exit 1
fi
echo "$asked wider profiles were denied"
