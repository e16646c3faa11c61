#!/bin/sh
# Builds the program of go/ in FOLDER, has CENSUS look for the fields that the daemon's types have,
# and has the program and REFEREE-GO read the same requests.
# Debian's golang-go and golang-github-docker-docker-dev bring what it takes; without them, 77.
#
# Usage: go.sh REFEREE-GO CENSUS DATA FOLDER
set -eu

referee=$1
census=$2
data=$3
folder=$4

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
"$folder/referee" "$sources" fields >"$folder/fields.tsv"
"$census" "$data" "$folder/fields.tsv"

requests=$data/requests.tsv
# Each side ends when the other does: who gets too few answers says so.
"$referee" cases "$requests" | "$folder/referee" "$sources" | "$referee" judge "$requests"
