# private-dockerd.sh - a Docker daemon of its own with cis-authz in force; sourced by scripts/quickstart and
# test/integration/run.
#
# Everything runs in mount and process namespaces of its own. /run is empty there: the daemon asks every plugin
# socket that it finds, and must not find the neighbours' ones, nor another containerd. When the first process of
# the namespace ends, the kernel ends all others and drops all mounts, whatever happened before. Then the folder
# and the control groups can go.
#
# shellcheck shell=bash

# Debian's own client and daemon, whatever else comes first in PATH.
docker() {
	/usr/bin/docker "$@"
}

# private_run COMMAND... - runs the command in namespaces of its own. All its files go below the folder $PRIVATE,
# which is removed when the command has ended or when TERM or ^C ends this. The shell that calls it ends with it: call
# it last, or in the background.
private_run() {
	local unshared status=0

	unshare --mount --propagation private --pid --fork --kill-child --mount-proc -- "$@" </dev/null &
	unshared=$!
	trap 'kill -KILL $unshared 2>/dev/null; private_remove; exit 1' INT TERM HUP
	wait $unshared || status=$?
	private_remove
	exit $status
}

# The namespace has ended, so nothing is mounted below the folder any more and nothing of the host can be hit.
private_remove() {
	wait 2>/dev/null
	# Whoever was killed inside ends a moment after its namespace's first process, and holds its group so long.
	wait_for 10 private_cgroups_gone || true
	rm -rf --one-file-system "$PRIVATE"
}

private_cgroups_gone() {
	find /sys/fs/cgroup -depth -type d -path "*/$(private_cgroup)*" -exec rmdir {} + 2>/dev/null
	[ -z "$(find /sys/fs/cgroup -depth -type d -path "*/$(private_cgroup)*" 2>/dev/null)" ]
}

private_cgroup() {
	basename "$PRIVATE"
}

# wait_for SECONDS COMMAND... - until the command succeeds, but not for ever.
wait_for() {
	local end=$((SECONDS + $1))

	shift
	until "$@" >/dev/null 2>&1; do
		[ $SECONDS -lt $end ] || return 1
		sleep 0.1
	done
}

# dockerd_start [PLUGIN...] - with these authorization plugins, cis-authz when none is named, and none at all when the
# name is empty. A plugin is started first, since the daemon asks it about its very first call.
dockerd_start() {
	local plugins

	# One line in daemon.json is all that puts the plugin in force. Debian's or the machine's own file is not read.
	[ $# -gt 0 ] || set -- cis-authz
	plugins=$(printf '"%s",' "$@")
	if [ "$plugins" = '"",' ]; then plugins=; fi
	echo "{ \"authorization-plugins\": [${plugins%,}] }" >"$PRIVATE/daemon.json"
	# A containerd that is slow to start writes its stacks to TMPDIR before it is started again.
	TMPDIR="$PRIVATE" /usr/sbin/dockerd --config-file "$PRIVATE/daemon.json" --host "$DOCKER_HOST" --pidfile "$PRIVATE/dockerd.pid" \
		--data-root "$PRIVATE/data" --exec-root "$PRIVATE/exec" --storage-driver "${STORAGE_DRIVER:-vfs}" \
		--cgroup-parent "/$(private_cgroup)" \
		--bridge "${BRIDGE-none}" --iptables=false --ip6tables=false --ip-forward=false >"$PRIVATE/dockerd.log" 2>&1 &
	if ! wait_for 30 docker version; then
		echo "dockerd did not start:" >&2
		tail -n 20 "$PRIVATE/dockerd.log" >&2
		return 1
	fi
}

dockerd_stop() {
	local id

	for id in $(docker ps --quiet); do docker kill "$id" >/dev/null 2>&1 || true; done
	private_kill "$PRIVATE/dockerd.pid" TERM
}

# plugin_start [OPTION...] - of cis-authz serve. Decision records go to the file decisions.
plugin_start() {
	"$CIS_AUTHZ" serve --docker "$PRIVATE/docker.sock" "$@" >>"$PRIVATE/decisions" 2>&1 </dev/null &
	echo $! >"$PRIVATE/plugin.pid"
	disown # or the shell would report how it ended
	if ! wait_for 10 plugin_answers; then
		echo "cis-authz did not start:" >&2
		tail -n 20 "$PRIVATE/decisions" >&2
		return 1
	fi
}

plugin_answers() {
	curl --silent --fail --max-time 2 --unix-socket /run/docker/plugins/cis-authz.sock --data '' \
		http://plugin/Plugin.Activate
}

# plugin_stop [SIGNAL] - TERM unless told otherwise.
plugin_stop() {
	private_kill "$PRIVATE/plugin.pid" "${1:-TERM}"
}

# private_kill PIDFILE SIGNAL - and waits until the process is gone.
private_kill() {
	local pid

	pid=$(cat "$1" 2>/dev/null) || return 0
	rm -f "$1"
	kill "-$2" "$pid" 2>/dev/null || return 0
	wait_for 20 private_gone "$pid" || kill -KILL "$pid"
}

# A process that ended but that its parent has not asked after yet is gone too.
private_gone() {
	! grep -q '^State:[[:space:]]*[^Z]' "/proc/$1/status" 2>/dev/null
}

# private_enter - to be called first inside: an empty /run, and a client that talks to this daemon and no other.
private_enter() {
	mount -t tmpfs tmpfs /run
	mkdir -p /run/docker/plugins "$PRIVATE/client"
	export DOCKER_HOST="unix://$PRIVATE/docker.sock" DOCKER_CONFIG="$PRIVATE/client"
	unset DOCKER_CONTEXT DOCKER_TLS_VERIFY DOCKER_CERT_PATH DOCKER_API_VERSION
}

# image_make NAME - an image of busybox alone, for a machine without a registry in reach.
image_make() {
	local root="$PRIVATE/image" applet

	mkdir -p "$root/bin" "$root/etc" "$root/tmp"
	cp "$(command -v busybox)" "$root/bin/busybox"
	for applet in cat echo id ls sh sleep true; do
		ln -s busybox "$root/bin/$applet"
	done
	echo 'root:x:0:0:root:/:/bin/sh' >"$root/etc/passwd"
	tar --directory "$root" --create . | docker import --change 'CMD ["sh"]' - "$1" >/dev/null
	rm -rf "$root"
}
