#!/bin/sh
# Builds the program of go/ in FOLDER, and has it and REFEREE-GO read the same requests.
# Debian's golang-go and golang-github-docker-docker-dev bring what it takes; without them, 77.
#
# Usage: go.sh REFEREE-GO REQUESTS.TSV FOLDER
set -eu

referee=$1
requests=$2
folder=$3

go=/usr/bin/go
sources=/usr/share/gocode/src

skip() {
	echo "skipped: $1; apt-get install golang-go golang-github-docker-docker-dev" >&2
	exit 77
}

[ -x "$go" ] || skip "there is no $go"
for package in docker/docker/runconfig docker/docker/api/server/router gorilla/mux; do
	[ -d "$sources/github.com/$package" ] || skip "there is no $sources/github.com/$package"
done

mkdir -p "$folder"
folder=$(cd "$folder" && pwd)
(
	cd "$(dirname "$0")/go"
	GO111MODULE=off GOPATH=${sources%/src} GOFLAGS='' GOCACHE=$folder/cache HOME=$folder \
		"$go" build -o "$folder/referee" .
)
# Each side ends when the other does: who gets too few answers says so.
"$referee" cases "$requests" | "$folder/referee" "$sources" | "$referee" judge "$requests"
