#!/bin/bash
# units.sh PROGRAM - the systemd units are right, and leave the service little.
set -euo pipefail

program=$(realpath "$1")
cd "$(dirname "$0")/../../packaging/systemd"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp cis-authz.socket cis-authz.service "$work"
# The unit names where the program is installed to, which it need not be here.
sed -i "s|@bindir@/cis-authz|$program|" "$work/cis-authz.service"

# verify also exits 0 after words such as "Unknown key name": nothing may be said of our units.
said=$(systemd-analyze verify --man=no "$work/cis-authz.socket" "$work/cis-authz.service" 2>&1) || true
if grep -F cis-authz <<<"$said"; then
	echo "0 passed, 1 failed, 0 skipped"
	exit 1
fi
# What the program confines itself by must get through the unit's own filter: it would go on without, and only say so.
for call in $(grep -oh 'SYS_landlock_[a-z_]*' ../../plugin/confine/confine-files.c | sed 's/^SYS_//' | sort -u) seccomp; do
	grep -qE "^SystemCallFilter=([^~].* )?$call( |\$)" cis-authz.service || {
		echo "the unit's SystemCallFilter keeps $call away"
		echo "1 passed, 1 failed, 0 skipped"
		exit 1
	}
done
# The threshold is in tenths. Each relaxation is explained in the unit.
systemd-analyze security --offline=true --no-pager --threshold=15 "$work/cis-authz.service" >"$work/exposure" || {
	cat "$work/exposure"
	echo "2 passed, 1 failed, 0 skipped"
	exit 1
}
tail -n 1 "$work/exposure"

# With the drop-in for metrics, as systemd reads it: nothing said of it, and what it costs is known.
sed "s|@bindir@/cis-authz|$program|" metrics.conf >"$work/metrics.conf"
mkdir "$work/cis-authz.service.d"
mv "$work/metrics.conf" "$work/cis-authz.service.d/"
said=$(SYSTEMD_UNIT_PATH="$work:" systemd-analyze verify --man=no "$work/cis-authz.service" 2>&1) || true
if grep -F -e cis-authz -e metrics.conf <<<"$said"; then
	echo "3 passed, 1 failed, 0 skipped"
	exit 1
fi
echo "4 passed, 0 failed, 0 skipped"
