# Where decision records go, what becomes of them there, and that no secret is among them.

# Secrets wherever a client can put one. The call may pass or be denied; neither the records, nor the process log in the
# same file, nor the denials may show any.
$ printf 'version: 1\nprofile: strict\n' >"$PRIVATE/strict.yaml"; plugin_stop; plugin_start --policy "$PRIVATE/strict.yaml"

$ {
> docker create --name bad --privileged -e PASSWORD=hunter2 --label token=hunter2 bb sh -c 'login hunter2'
> docker create --name bad --pid host --health-cmd 'curl -u admin:hunter2' --log-driver none --log-opt key=hunter2 bb
> printf '%s' '{"auths":{"registry.example.com":{"auth":"YWRtaW46aHVudGVyMg=="}}}' >"$DOCKER_CONFIG/config.json"
> docker pull registry.example.com/a:hunter; rm "$DOCKER_CONFIG/config.json"
> printf hunter2 | docker secret create s -; printf hunter2 | docker config create c -
> api POST '/v1.41/secrets/create' '{"Name":"s","Data":"aHVudGVyMg==","Labels":{"a":"hunter2"}}'
> api POST '/v1.41/auth' '{"username":"admin","password":"hunter2"}'
> api POST '/v1.41/build?buildargs=%7B%22TOKEN%22%3A%22hunter2%22%7D&labels=%7B%22l%22%3A%22hunter2%22%7D&networkmode=host'
> api POST '/v1.41/build?remote=https%3A%2F%2Fadmin%3Ahunter2%40127.0.0.1%3A1%2Fa.git&networkmode=host'
> api POST '/v1.41/images/create?fromSrc=http%3A%2F%2Fadmin%3Ahunter2%40127.0.0.1%3A1%2Fa.tar&repo=r&changes=ENV+A%3Dhunter2'
> api POST '/v1.41/commit?container=none&changes=ENV+A%3Dhunter2&changes=LABEL+a%3Dhunter2' '{"Env":["A=hunter2"]}'
> api POST '/v1.41/volumes/create' '{"Name":"v","DriverOpts":{"type":"cifs","device":"//127.0.0.1/a","o":"password=hunter2"}}'
> docker ps --filter label=a=hunter2
> } >"$PRIVATE/said" 2>&1; grep -c 'denied by plugin' "$PRIVATE/said"; grep -A 30 'denied by plugin' "$PRIVATE/said" | grep hunter2
6
[1]

$ settle; grep -E 'hunter2|aHVudGVyMg|YWRtaW46aHVudGVyMg' "$PRIVATE/decisions"
[1]

$ grep -o '"target":"[^"]*\*\*\*[^"]*"' "$PRIVATE/decisions" | sed 's/"target"://'
"/v1.41/images/create?changes=CMD%20***&fromSrc=-&message=&repo=bb&tag="
"/v1.41/build?buildargs=%7B%22TOKEN%22:%22***%22%7D&labels=%7B%22l%22:%22***%22%7D&networkmode=host"
"/v1.41/build?remote=https://***@127.0.0.1:1/a.git&networkmode=host"
"/v1.41/images/create?fromSrc=http://***@127.0.0.1:1/a.tar&repo=r&changes=ENV%20A=***"
"/v1.41/commit?container=none&changes=ENV%20A=***&changes=LABEL%20a=***"
"/v1.41/containers/json?filters=%7B%22label%22:%7B%22a=***%22:true%7D%7D"

# A file of its own: made for root alone.
$ plugin_stop; plugin_start --decision-log "$PRIVATE/log"; docker version >/dev/null; settle "$PRIVATE/log"; stat --format %a "$PRIVATE/log"
600

# Rotated by name and signal: everything is in one or the other.
$ docker create --name bad --privileged bb 2>/dev/null; settle "$PRIVATE/log"; mv "$PRIVATE/log" "$PRIVATE/log.1"
> kill -USR1 "$(cat "$PRIVATE/plugin.pid")"; docker create --name bad --pid host bb 2>/dev/null; settle "$PRIVATE/log"
> grep -c privileged "$PRIVATE/log.1"; grep -c host-pid "$PRIVATE/log"; grep -c host-pid "$PRIVATE/log.1"
1
1
0
[1]

# Removed: the next record makes it anew.
$ rm "$PRIVATE/log"; docker create --name bad --uts host bb 2>/dev/null; records host-uts "$PRIVATE/log"
1

# Copied and truncated.
$ cp "$PRIVATE/log" "$PRIVATE/log.2"; truncate --size 0 "$PRIVATE/log"; docker create --name bad --ipc host bb 2>/dev/null
> records host-ipc "$PRIVATE/log"; records host-uts "$PRIVATE/log"
1
0

# Denials only.
$ plugin_stop; rm "$PRIVATE/log"; plugin_start --decision-log "$PRIVATE/log" --log-level denied
> docker version >/dev/null; docker create --name bad --privileged bb 2>/dev/null
> wait_for 10 grep --quiet privileged "$PRIVATE/log"; grep --count . "$PRIVATE/log"
1

# A disk that is full: calls go on, records wait, and are all there when it has room again.
$ plugin_stop; mkdir "$PRIVATE/small"; mount -t tmpfs -o size=64k tmpfs "$PRIVATE/small"
> plugin_start --decision-log "$PRIVATE/small/log"; settle "$PRIVATE/small/log"
> head --bytes 1M /dev/zero 2>/dev/null >"$PRIVATE/small/fill"; for i in $(seq 30); do docker create --name bad --privileged bb; done 2>&1 | grep -c 'denied by plugin'
30

$ wait_for 10 grep 'decision log .* cannot be written: No space left on device' "$PRIVATE/decisions" && echo told
told

$ rm "$PRIVATE/small/fill"; records privileged "$PRIVATE/small/log"
30

$ wait_for 10 grep 'takes records again; records lost so far: 0' "$PRIVATE/decisions" && echo told
told

# Where records are required, a full disk denies what would be allowed, says so, and ends when there is room.
$ plugin_stop; plugin_start --decision-log "$PRIVATE/small/log" --log-required
> head --bytes 1M /dev/zero 2>/dev/null >"$PRIVATE/small/fill"; until docker ps 2>&1 | grep -q 'could not be recorded'; do :; done

$ docker volume create kept
Error response from daemon: authorization denied by plugin cis-authz: policy baseline denies volume.create:
  the call is not allowed because the decision could not be recorded: the log
  does not take records, and this host runs no call without one
  (--log-required). Ask whoever runs this host; the log of the cis-authz
  service says why.
decision ID
[1]

$ docker create --name bad --privileged bb
Error response from daemon: authorization denied by plugin cis-authz: policy baseline denies container.create of "bad":
  5.4   privileged         HostConfig.Privileged is true. Remove --privileged.
        Single capabilities can be added instead.
  try: docker run without --privileged
decision ID; more: cis-authz explain 5.4
[1]

$ rm "$PRIVATE/small/fill"; wait_for 10 docker ps && docker ps --quiet

$ records 'could not be recorded' "$PRIVATE/small/log" | sed 's/^[1-9][0-9]*$/some/'
some

# On the way down: what cannot be written is counted.
$ head --bytes 1M /dev/zero 2>/dev/null >"$PRIVATE/small/fill"; for i in $(seq 100); do docker create --name bad --privileged bb; done 2>/dev/null
> plugin_stop; grep -o 'is closed; records that it does not hold: [1-9]' "$PRIVATE/decisions" | tail -n 1 | sed 's/[1-9]$/N/'
is closed; records that it does not hold: N

# The local syslog, made up for the plugin alone.
$ cat >"$PRIVATE/listen.py" <<END
> import os, socket
> s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM); s.bind("$PRIVATE/syslog.sock")
> while True:
>     message = s.recv(1 << 20)
>     with open("$PRIVATE/syslog", "ab") as log: log.write(message + b"\n")
> END
> python3 "$PRIVATE/listen.py" >/dev/null 2>&1 & echo $! >"$PRIVATE/listen.pid"; wait_for 10 test -S "$PRIVATE/syslog.sock"
> printf '#!/bin/sh\nexec unshare --mount sh -c "mount -t tmpfs tmpfs /dev && ln -s %s/syslog.sock /dev/log && exec %s \\"\\$@\\"" sh "$@"\n' "$PRIVATE" "$CIS_AUTHZ" >"$PRIVATE/with-syslog"
> chmod 755 "$PRIVATE/with-syslog"; CIS_AUTHZ=$PRIVATE/with-syslog plugin_start --decision-log syslog
> docker create --name bad --privileged bb 2>/dev/null; docker version >/dev/null; settle "$PRIVATE/syslog"
> sed -nE 's/^(<[0-9]+>)[A-Z][a-z]{2} [ 0-9]{2} [0-9:]{8} cis-authz\[[0-9]+\]: (\{"schema":1,.*"outcome":"(allow|deny)".*\})$/\1 \3/p' "$PRIVATE/syslog" | sort -u
<84> deny
<86> allow

# A request with more to object to than syslog takes in one message.
$ api POST /v1.41/containers/create "{\"Image\":\"bb\",\"HostConfig\":{\"Binds\":[$(for i in $(seq 100); do printf '"/etc/%0600d:/%d",' $i $i; done)\"/etc:/x\"]}}" | tail -n 1
> settle "$PRIVATE/syslog"; grep -c '"omitted":.*"shortened":true}$' "$PRIVATE/syslog"; awk 'length > 8192' "$PRIVATE/syslog" | wc -l
403
1
0

# Another that makes the socket anew is not found by a service that can connect to nothing any more. It says so, and a restart helps.
$ private_kill "$PRIVATE/listen.pid" TERM; rm "$PRIVATE/syslog.sock"; docker create --name bad --pid host bb 2>/dev/null
> python3 "$PRIVATE/listen.py" >/dev/null 2>&1 & echo $! >"$PRIVATE/listen.pid"; wait_for 10 test -S "$PRIVATE/syslog.sock"
> wait_for 10 grep -q 'its daemon has ended.*restart this service' "$PRIVATE/decisions" && grep -c host-pid "$PRIVATE/syslog"
0
[1]

$ plugin_stop; grep -o '(syslog) is closed; records that it does not hold: [1-9]' "$PRIVATE/decisions" | sed 's/[1-9]$/N/'
(syslog) is closed; records that it does not hold: N

$ CIS_AUTHZ=$PRIVATE/with-syslog plugin_start --decision-log syslog; docker create --name bad --pid host bb 2>/dev/null; records host-pid "$PRIVATE/syslog"
1

$ plugin_stop; private_kill "$PRIVATE/listen.pid" TERM

# What cannot be a log is said at the start.
$ ln -s /etc/shadow "$PRIVATE/log-link"; timeout 10 "$CIS_AUTHZ" serve --decision-log "$PRIVATE/log-link"
cis-authz: error: cannot open the decision log $PRIVATE/log-link: it is a symbolic link; name the file that it leads to
[1]

$ timeout 10 "$CIS_AUTHZ" serve --decision-log "$PRIVATE/none/log"
cis-authz: error: cannot open the decision log $PRIVATE/none/log: No such file or directory
[1]

$ timeout 10 "$CIS_AUTHZ" serve --log-level some
cis-authz serve: --log-level must be all or denied, not 'some'
[2]

$ plugin_start
