# What an image gives a container counts, as the daemon says it.

# Three images of one file, with what a Dockerfile would say of them.
$ docker create --name source bb true >/dev/null; docker export source >"$PRIVATE/files.tar"; docker rm source
source

$ docker import --change 'USER 1000' --change 'HEALTHCHECK CMD true' "$PRIVATE/files.tar" good >/dev/null

$ docker import --change 'CMD ["true"]' "$PRIVATE/files.tar" plain >/dev/null

$ docker import --change 'USER root' --change 'HEALTHCHECK NONE' "$PRIVATE/files.tar" unchecked >/dev/null

$ printf 'version: 1\nname: looks\nprofile: none\nrules: { container-user: deny, health-check: deny }\n' >"$PRIVATE/policy.yaml"; plugin_stop; plugin_start --policy "$PRIVATE/policy.yaml" --metrics "$PRIVATE/metrics.sock"

# The image says who it is and whether it is well; so nothing need be added.
$ docker create --name good good true
CONTAINER

$ docker inspect --format '{{ .Config.User }} {{ .Config.Healthcheck.Test }}' good
1000 [CMD-SHELL true]

# By its ID, and by the beginning of it, it is the same image.
$ docker create --name id "$(docker image inspect --format '{{ .Id }}' good)" true
CONTAINER

$ docker create --name short "$(docker image inspect --format '{{ slice .Id 7 19 }}' good)" true
CONTAINER

# These say no such thing, or the contrary.
$ docker create plain
Error response from daemon: authorization denied by plugin cis-authz: policy looks denies container.create:
  4.1   container-user     the image's USER names nobody, so the container
        would run as root. Add --user 1000:1000. An image whose USER is not
        root needs none. (policy: container-user require)
  -     health-check       the image's HEALTHCHECK is not there, so the engine
        would run no check. Add --health-cmd COMMAND. COMMAND is one that fails
        when the program is not well. (policy: health-check require)
  try: docker run with --user 1000:1000 --health-cmd COMMAND
decision ID; more: cis-authz explain 4.1
[1]

$ docker create unchecked true
Error response from daemon: authorization denied by plugin cis-authz: policy looks denies container.create:
  4.1   container-user     the image's USER is "root", which is root. Add
        --user 1000:1000. An image whose USER is not root needs none. (policy:
        container-user require)
  -     health-check       the image's HEALTHCHECK is neither CMD nor
        CMD-SHELL, so the engine would run no check. Add --health-cmd COMMAND.
        COMMAND is one that fails when the program is not well. (policy:
        health-check require)
  try: docker run with --user 1000:1000 --health-cmd COMMAND
decision ID; more: cis-authz explain 4.1
[1]

# What the caller says goes before what the image says.
$ docker create --user root --no-healthcheck good true
Error response from daemon: authorization denied by plugin cis-authz: policy looks denies container.create:
  4.1   container-user     User is "root", which is root. Replace --user root
        by --user 1000:1000. (policy: container-user allow)
  -     health-check       Healthcheck.Test[0] is NONE, which runs no check.
        Replace --no-healthcheck by --health-cmd COMMAND.
  try: docker run without --user root, --no-healthcheck; with --user 1000:1000
       --health-cmd COMMAND
decision ID; more: cis-authz explain 4.1
[1]

$ docker create --name own --user 1000 --health-cmd true unchecked true
CONTAINER

# An image for another platform is not the one that the daemon shows.
$ docker create --platform linux/arm64 good true
Error response from daemon: authorization denied by plugin cis-authz: policy looks denies container.create:
  4.1   container-user     User names nobody, and the image may say root. Add
        --user 1000:1000. (policy: container-user require)
  -     health-check       Healthcheck is not given, and the image may have
        none. Add --health-cmd COMMAND. COMMAND is one that fails when the
        program is not well. (policy: health-check require)
  try: docker run with --user 1000:1000 --health-cmd COMMAND
decision ID; more: cis-authz explain 4.1
[1]

# One that is not here yet says nothing.
$ docker create nowhere:1 true
Error response from daemon: authorization denied by plugin cis-authz: policy looks denies container.create:
  4.1   container-user     User names nobody, and the image is not here yet to
        say who it is. Pull it first (docker pull), or name a user. Add --user
        1000:1000. (policy: container-user require)
  -     health-check       Healthcheck is not given, and the image is not here
        yet to be looked at. Pull it first (docker pull), or give a check. Add
        --health-cmd COMMAND. COMMAND is one that fails when the program is not
        well. (policy: health-check require)
  try: docker run with --user 1000:1000 --health-cmd COMMAND
decision ID; more: cis-authz explain 4.1
[1]

# The helper's own questions are answered, counted, and in no log: these two are the transcript's.
$ metrics /metrics '^cis_authz_\(look_ups\|own\)'
cis_authz_look_ups_total{outcome="seen"} 5
cis_authz_look_ups_total{outcome="absent"} 1
cis_authz_look_ups_total{outcome="unseen"} 0
cis_authz_look_ups_working 1
cis_authz_own_calls_total 6

$ records '"operation":"image.inspect".*"name":"looks"' "$PRIVATE/decisions"
2

# Whoever asks as it does, without its secret, is on record like all others.
$ api GET /images/good/json '' --header "X-Cis-Authz-Look: $(printf '0%.0s' {1..64})" | tail -n 1
200

$ records '"operation":"image.inspect".*"name":"looks"' "$PRIVATE/decisions"
3

# The daemon goes: an image is unseen. It comes back, and is asked again.
$ dockerd_stop; ask '{"RequestMethod":"POST","RequestUri":"/containers/create","RequestHeaders":{"Content-Type":"application/json"},"RequestBody":"eyJJbWFnZSI6Imdvb2QifQ=="}' | sed 's/\\n/\n/g'
{"Allow":false,"Msg":"policy looks denies container.create:
  4.1   container-user     User names nobody, and the image may say root. Add
        --user 1000:1000. (policy: container-user require)
  -     health-check       Healthcheck is not given, and the image may have
        none. Add --health-cmd COMMAND. COMMAND is one that fails when the
        program is not well. (policy: health-check require)
  try: docker run with --user 1000:1000 --health-cmd COMMAND
decision ID; more: cis-authz explain 4.1"}

$ metrics /readyz
ready
look-ups: failing

$ dockerd_start; docker create --name again good true
CONTAINER

$ metrics /readyz
ready
look-ups: working

# Nobody is asked.
$ plugin_stop; plugin_start --policy "$PRIVATE/policy.yaml" --docker none --metrics "$PRIVATE/metrics.sock"; metrics /readyz
ready
look-ups: off

$ docker create good true
Error response from daemon: authorization denied by plugin cis-authz: policy looks denies container.create:
  4.1   container-user     User names nobody, and the image may say root. Add
        --user 1000:1000. (policy: container-user require)
  -     health-check       Healthcheck is not given, and the image may have
        none. Add --health-cmd COMMAND. COMMAND is one that fails when the
        program is not well. (policy: health-check require)
  try: docker run with --user 1000:1000 --health-cmd COMMAND
decision ID; more: cis-authz explain 4.1
[1]

$ docker rm good id short own again; docker rmi good plain unchecked >/dev/null
good
id
short
own
again

# Back to the baseline for whoever comes next.
$ plugin_stop; plugin_start
