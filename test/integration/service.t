# The plugin as a service, while the daemon runs.

# What was decided, and why, for whoever reads the log.
$ docker create --name bad --network host -e PASSWORD=secret bb true
Error response from daemon: authorization denied by plugin cis-authz: policy baseline denies container.create of "bad":
  5.9   host-network       HostConfig.NetworkMode is "host". Remove --network
        host. Ports can be published instead.
  try: docker run without --network host
decision ID; more: cis-authz explain 5.9
[1]

$ record
{"schema":1,"time":"...","decision":"...","outcome":"deny","mode":"enforce","user":"","authn":"","method":"POST","operation":"container.create","api":"1.41","target":"/v1.41/containers/create?name=bad","image":"bb","violations":[{"rule":"host-network","number":"5.9","field":"HostConfig.NetworkMode","value":"host","action":"deny"}],"policy":{"name":"baseline","sha256":"...","generation":1},"micros":0}

# Nothing but the daemon has business here.
$ stat --format '%a %U' /run/docker/plugins/cis-authz.sock
600 root

# It keeps one capability, to follow links through other users' directories, and can neither gain more nor make a
# system call that it does not need. docs/hardening.md says which.
$ grep -E '^(Cap(Inh|Prm|Eff|Bnd|Amb)|NoNewPrivs|Seccomp):' "/proc/$(cat "$PRIVATE/plugin.pid")/status"
CapInh:	0000000000000000
CapPrm:	0000000000000004
CapEff:	0000000000000004
CapBnd:	0000000000000000
CapAmb:	0000000000000000
NoNewPrivs:	1
Seccomp:	2

$ grep -E '^Max (core|open)' "/proc/$(cat "$PRIVATE/plugin.pid")/limits" | tr --squeeze-repeats ' ' | cut -d ' ' -f 2-6
core file size 0 0
open files 4096 4096 files

# The daemon repeats a call that was lost with an empty body.
$ ask ''
{"Allow":false,"Msg":"policy baseline denies unreadable:\n  the call cannot be read: it has an end where a value is missing, at byte 0.\n  Send one valid JSON value.\ndecision ID"}

$ ask '{"RequestMethod":"GET"}'
{"Allow":false,"Msg":"policy baseline denies unreadable:\n  the call has no method or no target. It may be the retry of one that was\n  lost; run the command again.\ndecision ID"}

$ ask 'no JSON'
{"Allow":false,"Msg":"policy baseline denies unreadable:\n  the call cannot be read: it has something that is not JSON, at byte 0. Send\n  one valid JSON value.\ndecision ID"}

# A second plugin does not take the socket of one that answers.
$ timeout 10 "$CIS_AUTHZ" serve
/run/docker/plugins/cis-authz.sock: error: another instance of this program has this socket; stop it first (systemctl stop cis-authz) or choose another --socket
[1]

# Ended without warning: the daemon lets nothing through, tries again, and finds the new one, which replaces the
# socket that was left behind.
$ plugin_stop KILL; stat --format %F /run/docker/plugins/cis-authz.sock
socket

$ { sleep 2; plugin_start; } & docker run --rm bb echo late; wait
late

$ docker create --name bad --privileged bb true
Error response from daemon: authorization denied by plugin cis-authz: policy baseline denies container.create of "bad":
  5.4   privileged         HostConfig.Privileged is true. Remove --privileged.
        Single capabilities can be added instead.
  try: docker run without --privileged
decision ID; more: cis-authz explain 5.4
[1]

# Asked to end, it ends well and takes its socket along.
$ plugin_stop TERM; ls /run/docker/plugins

# A policy with mistakes does not get to serve; every mistake is told.
$ printf 'version: 1\nrules: { priviledged: deny, host-pid: forbid }\n' >"$PRIVATE/bad.yaml"
> timeout 10 "$CIS_AUTHZ" serve --policy "$PRIVATE/bad.yaml"
$PRIVATE/bad.yaml:2:10: error: unknown rule `priviledged`; did you mean `privileged`? `cis-authz rules` lists them
    2 | rules: { priviledged: deny, host-pid: forbid }
      |          ^
$PRIVATE/bad.yaml:2:39: error: the action of `host-pid` must be deny, warn or off, not `forbid`; write deny
    2 | rules: { priviledged: deny, host-pid: forbid }
      |                                       ^
[1]

$ "$CIS_AUTHZ" check "$PRIVATE/bad.yaml"
$PRIVATE/bad.yaml:2:10: error: unknown rule `priviledged`; did you mean `privileged`? `cis-authz rules` lists them
    2 | rules: { priviledged: deny, host-pid: forbid }
      |          ^
$PRIVATE/bad.yaml:2:39: error: the action of `host-pid` must be deny, warn or off, not `forbid`; write deny
    2 | rules: { priviledged: deny, host-pid: forbid }
      |                                       ^
[1]

$ timeout 10 "$CIS_AUTHZ" serve --policy "$PRIVATE/none.yaml"
$PRIVATE/none.yaml: error: cannot be opened: No such file or directory
[1]

# Another policy: its name stands in the denial, and what it does not deny goes through.
$ printf 'version: 1\nname: web-hosts\nrules: { host-pid: off, host-network: warn }\n' >"$PRIVATE/web.yaml"
> plugin_start --policy "$PRIVATE/web.yaml"

$ docker create --name allowed --pid host --network host bb true | cut -c 1-8 | tr '0-9a-f' x
xxxxxxxx

$ docker create --name bad --privileged bb true
Error response from daemon: authorization denied by plugin cis-authz: policy web-hosts denies container.create of "bad":
  5.4   privileged         HostConfig.Privileged is true. Remove --privileged.
        Single capabilities can be added instead.
  try: docker run without --privileged
decision ID; more: cis-authz explain 5.4
[1]

$ docker rm allowed
allowed

# What this very process lives by is out of reach, wherever it is.
$ docker create --name bad -v "$PRIVATE/web.yaml:/p" bb true
Error response from daemon: authorization denied by plugin cis-authz: policy web-hosts denies container.create of "bad":
  -     self-protection    HostConfig.Binds[0] lets the container reach
        $PRIVATE/web.yaml, by which this plugin is kept in force.
        Remove -v or --mount of $PRIVATE/web.yaml.
  try: docker run without -v or --mount of $PRIVATE/web.yaml
decision ID; more: cis-authz explain self-protection
[1]

# A kernel without filters of system calls has to be put up with by name.
$ plugin_stop; plugin_start --unconfined; grep -E '^(CapEff|NoNewPrivs|Seccomp):' "/proc/$(cat "$PRIVATE/plugin.pid")/status"
CapEff:	0000000000000004
NoNewPrivs:	1
Seccomp:	0

$ plugin_stop; plugin_start

# The root of a host must be one, and the socket does not stay behind.
$ timeout 10 "$CIS_AUTHZ" serve --root host
cis-authz serve: --root must be an absolute path, not 'host'
Try 'cis-authz serve --help'.
[2]

$ mkdir -m 700 "$PRIVATE/own"; timeout 10 "$CIS_AUTHZ" serve --root /missing --socket "$PRIVATE/own/a.sock"; ls "$PRIVATE/own"
cis-authz: error: --root: cannot make /missing the root: No such file or directory; it must be a directory, and serve needs CAP_SYS_CHROOT

# With it, the host's files are those below: here /link leads to /etc. Ended well, the plugin takes its socket along.
$ mkdir -p "$PRIVATE/host"; ln -s /etc "$PRIVATE/host/link-to-etc"; plugin_stop; plugin_start --root "$PRIVATE/host"; docker create --name bad -v /link-to-etc:/x bb true
Error response from daemon: authorization denied by plugin cis-authz: policy baseline denies container.create of "bad":
  5.5   sensitive-mounts   HostConfig.Binds[0] mounts /link-to-etc of the host,
        which leads to /etc. Remove -v or --mount of /link-to-etc. A directory
        made for this data will do, or a named volume. (policy:
        sensitive-mounts allow)
  -     self-protection    HostConfig.Binds[0] lets the container reach
        /etc/cis-authz, by which this plugin is kept in force. Remove -v or
        --mount of /link-to-etc.
  try: docker run without -v or --mount of /link-to-etc
decision ID; more: cis-authz explain 5.5
[1]

$ plugin_stop; ls /run/docker/plugins; plugin_start
