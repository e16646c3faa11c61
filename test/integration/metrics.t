# The plugin as it looks to those who watch it.

$ plugin_stop; plugin_start --metrics "$PRIVATE/metrics.sock"

$ stat --format '%a %U:%G' "$PRIVATE/metrics.sock"
660 root:root

$ docker create --name fine bb true
CONTAINER

$ docker create --name bad --privileged bb true
Error response from daemon: authorization denied by plugin cis-authz: policy baseline denies container.create of "bad":
  5.4   privileged         HostConfig.Privileged is true. Remove --privileged.
        Single capabilities can be added instead.
  try: docker run without --privileged
decision ID; more: cis-authz explain 5.4
[1]

$ docker create --name bad --network host --pid host bb true
Error response from daemon: authorization denied by plugin cis-authz: policy baseline denies container.create of "bad":
  5.9   host-network       HostConfig.NetworkMode is "host". Remove --network
        host. Ports can be published instead.
  5.15  host-pid           HostConfig.PidMode is "host". Remove --pid host.
  try: docker run without --network host, --pid host
decision ID; more: cis-authz explain 5.9
[1]

$ docker rm fine
fine

# Each decision under its outcome and operation, each violation under its rule.
$ metrics_tell 'cis_authz_decisions_total{outcome="deny",operation="container.create"} 2'
> metrics /metrics '^cis_authz_decisions_total.*"container.create"'
> metrics /metrics '^cis_authz_violations_total'
> metrics /metrics '^cis_authz_outcomes_total{outcome="[^a]'
> metrics /metrics '^cis_authz_policy_info' | sed 's/sha256="[0-9a-f]*"/sha256="..."/'
cis_authz_decisions_total{outcome="deny",operation="container.create"} 2
cis_authz_decisions_total{outcome="allow",operation="container.create"} 1
cis_authz_violations_total{rule="privileged",action="deny"} 1
cis_authz_violations_total{rule="host-network",action="deny"} 1
cis_authz_violations_total{rule="host-pid",action="deny"} 1
cis_authz_outcomes_total{outcome="error"} 0
cis_authz_outcomes_total{outcome="deny"} 2
cis_authz_outcomes_total{outcome="warn"} 0
cis_authz_policy_info{name="baseline",profile="baseline",mode="enforce",sha256="..."} 1

# Nobody but the daemon's own calls, each a question and a report.
$ metrics /metrics '^cis_authz_calls.*{endpoint="other"}'; metrics /metrics '^cis_authz_connections_refused_total'
cis_authz_calls_total{endpoint="other"} 0
cis_authz_connections_refused_total{reason="peer"} 0
cis_authz_connections_refused_total{reason="no_memory"} 0

$ metrics /healthz; metrics /readyz
ok
ready
look-ups: working

$ metrics /nonsense
there are /metrics, /healthz and /readyz

# Another one does not take its place.
$ timeout 10 "$CIS_AUTHZ" serve --socket "$PRIVATE/other.sock" --metrics "$PRIVATE/metrics.sock"
$PRIVATE/metrics.sock: error: another instance of this program has this socket; stop it first (systemctl stop cis-authz) or choose another --metrics
[1]

# Where other machines could read it, it is not served.
$ "$CIS_AUTHZ" serve --metrics 0.0.0.0:9323
cis-authz serve: --metrics must be 127.0.0.1:PORT, [::1]:PORT or the path of a unix socket, not '0.0.0.0:9323': other machines could read there what this host runs
Try 'cis-authz serve --help'.
[2]

# Somebody has removed the socket that Docker calls: the service ends, so that its manager makes it anew.
$ rm /run/docker/plugins/cis-authz.sock; said 'was removed'
cis-authz: error: the plugin's socket /run/docker/plugins/cis-authz.sock was removed, and the Docker daemon cannot reach us: ending, so that a new start makes it again

# What is left of one that was killed is replaced.
$ plugin_stop; plugin_start --metrics "$PRIVATE/metrics.sock"; plugin_stop KILL; stat --format %F "$PRIVATE/metrics.sock"
> plugin_start --metrics "$PRIVATE/metrics.sock" --decision-log /dev/full; metrics /readyz
socket
ready
look-ups: working

# Calls are answered although they cannot be recorded, and that is told.
$ docker volume ls --quiet; metrics_tell 'cis_authz_ready 0'; metrics /readyz
> metrics /metrics '^cis_authz_log_records_written_total'
the latest decision record could not be written; look whether the disk of --decision-log is full or stands still
look-ups: working
cis_authz_log_records_written_total 0

$ plugin_stop; ls "$PRIVATE/metrics.sock"
ls: cannot access '$PRIVATE/metrics.sock': No such file or directory
[2]

$ plugin_start
