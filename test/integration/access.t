# Who may what, by docker's commands and by image, with what clients call for it; and bounds in place of a way past a rule.

$ in_force 'access: { default: deny, rules: [{ users: [""], allow: [run] }] }'

$ docker run --name one bb echo it runs
it runs

$ docker run --tty --name two bb true

$ docker ps
Error response from daemon: authorization denied by plugin cis-authz: policy hosts denies container.list:
  1.6   trusted-users      the caller is without a name, having shown no TLS
        client certificate, and may not call container.list: no rule of
        `access` allows it. Ask whoever writes the policy.
decision ID; more: cis-authz explain 1.6
contact: ops@example.com
[1]

$ docker exec one true
Error response from daemon: authorization denied by plugin cis-authz: policy hosts denies container.inspect:
  1.6   trusted-users      the caller is without a name, having shown no TLS
        client certificate, and may not call container.inspect: no rule of
        `access` allows it. Ask whoever writes the policy.
decision ID; more: cis-authz explain 1.6
contact: ops@example.com
[1]

$ docker kill one
Error response from daemon: authorization denied by plugin cis-authz: policy hosts denies container.kill of "one":
  1.6   trusted-users      the caller is without a name, having shown no TLS
        client certificate, and may not call container.kill: no rule of
        `access` allows it. Ask whoever writes the policy.
decision ID; more: cis-authz explain 1.6
contact: ops@example.com
[1]

# What is denied is what a command is for: the container may be looked at as before.
$ in_force 'access: { rules: [{ users: [""], deny: [exec] }] }'

$ docker exec one true
Error response from daemon: authorization denied by plugin cis-authz: policy hosts denies exec.create of "one":
  1.6   trusted-users      the caller is without a name, having shown no TLS
        client certificate, and may not call exec.create, by rule 1 of
        `access`. Ask whoever writes the policy.
decision ID; more: cis-authz explain 1.6
contact: ops@example.com
[1]

$ docker inspect --format '{{.State.Status}}' one
exited

# By image. An ID may be of any, and a second name is no way around.
$ in_force 'access: { rules: [{ users: [""], images: ["docker.io/library/bb"], deny: [container.create, image.tag] }] }'

$ docker create bb
Error response from daemon: authorization denied by plugin cis-authz: policy hosts denies container.create:
  1.6   trusted-users      the caller is without a name, having shown no TLS
        client certificate, and may not call container.create with the image
        bb, by rule 1 of `access`. Ask whoever writes the policy.
decision ID; more: cis-authz explain 1.6
contact: ops@example.com
[1]

$ docker create "$(docker inspect --format '{{.Image}}' one)"
Error response from daemon: authorization denied by plugin cis-authz: policy hosts denies container.create:
  1.6   trusted-users      the caller is without a name, having shown no TLS
        client certificate, and may not call container.create with the image
        sha256:CONTAINER,
        by rule 1 of `access`. Ask whoever writes the policy.
decision ID; more: cis-authz explain 1.6
contact: ops@example.com
[1]

$ docker tag bb mine
Error response from daemon: authorization denied by plugin cis-authz: policy hosts denies image.tag:
  1.6   trusted-users      the caller is without a name, having shown no TLS
        client certificate, and may not call image.tag with the image bb as
        mine:latest, by rule 1 of `access`. Ask whoever writes the policy.
decision ID; more: cis-authz explain 1.6
contact: ops@example.com
[1]

# What names no image is left to the rules behind it.
$ in_force 'access: { default: deny, rules: [{ users: [""], images: ["docker.io/library/bb:latest"], allow: [container.create] }, { users: [""], deny: [container.create] }, { users: [""], allow: [run, reads] }] }'

$ docker run --name three bb:latest echo it runs
it runs

$ docker run "$(docker inspect --format '{{.Image}}' one)" true
docker: Error response from daemon: authorization denied by plugin cis-authz: policy hosts denies container.create:
  1.6   trusted-users      the caller is without a name, having shown no TLS
        client certificate, and may not call container.create with the image
        sha256:CONTAINER,
        by rule 2 of `access`. Ask whoever writes the policy.
decision ID; more: cis-authz explain 1.6
contact: ops@example.com.
[125]

# A rule judges again by the options of an exception.
$ in_force 'rules: { memory-limit: { action: deny, max: 64m } }
> exceptions: [{ name: large, options: { memory-limit: { max: 96m } }, when: { image: "docker.io/library/bb" }, reason: R, owner: o, expires: 2099-03-31 }]'

$ docker create --name four --memory 96m bb:latest
CONTAINER

$ record | grep --only-matching '"violations.*"policy"'
"violations":[{"rule":"memory-limit","number":"5.10","field":"HostConfig.Memory","value":"100663296","action":"deny","exception":"large"}],"policy"

$ docker create --name five --memory 97m bb:latest
Error response from daemon: authorization denied by plugin cis-authz: policy hosts denies container.create of "five":
  5.10  memory-limit       HostConfig.Memory is 97m, more than the 64m that the
        policy allows. Make it --memory 64m. (policy: memory-limit max)
        The exception large (policy.yaml:6) is for this rule and image, but its
        options deny it too: HostConfig.Memory is 97m, more than the 96m that
        the policy allows.
  try: docker run without --memory; with --memory 64m
decision ID; more: cis-authz explain 5.10
contact: ops@example.com
[1]

# Back to the baseline for whoever comes next.
$ plugin_stop; plugin_start

$ docker ps --all --quiet | xargs docker rm >/dev/null
