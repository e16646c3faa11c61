# The policy of a plugin in force changes with its file, and no call fails meanwhile.

$ mkdir etc; policy first deny >etc/policy.yaml; plugin_stop; plugin_start --policy etc/policy.yaml --metrics "$PRIVATE/metrics.sock"

$ docker create --name one --privileged bb true
Error response from daemon: authorization denied by plugin cis-authz: policy first denies container.create of "one":
  5.4   privileged         HostConfig.Privileged is true. Remove --privileged.
        Single capabilities can be added instead.
  try: docker run without --privileged
decision ID; more: cis-authz explain 5.4
[1]

# An editor writes another file, and renames it over the first.
$ policy second off >etc/new; mv etc/new etc/policy.yaml; said 'generation 2) is in force'
cis-authz: policy second (sha256 ..., generation 2) is in force

$ docker create --name one --privileged bb true
CONTAINER

$ record | grep --only-matching '"policy":.*}'
"policy":{"name":"second","sha256":"...","generation":2},"micros":0}

# A bad one changes nothing, and every complaint is in the log, with the line that it is about.
$ printf 'version: 1\nname: third\nrules:\n  priviledged: deny\n  pids-limit: maybe\n' >etc/policy.yaml; said 'stays in force until'
cis-authz: error: the policy file etc/policy.yaml is not taken; policy second (sha256 ..., generation 2) stays in force until the file is good

$ said policy.yaml:4:3; said policy.yaml:5:
etc/policy.yaml:4:3: error: unknown rule `priviledged`; did you mean `privileged`? `cis-authz rules` lists them
etc/policy.yaml:5:15: error: the action of `pids-limit` must be deny, warn or off, not `maybe`

$ docker rm one; docker create --name one --privileged bb true
one
CONTAINER

$ metrics /readyz; metrics /metrics '^cis_authz_policy_\(gen\|load_err\|last\)'
the latest policy could not be loaded and the one before it is in force; the journal tells the errors, cis-authz check POLICY too
look-ups: working
cis_authz_policy_generation 2
cis_authz_policy_load_errors_total 1
cis_authz_policy_last_load_failed 1

# Nor does one that others can write, or none at all.
$ policy third deny >etc/new; chmod 666 etc/new; mv etc/new etc/policy.yaml; said 'mode 0666'
etc/policy.yaml: error: the file has mode 0666, so others than its owner could change it; run: chmod go-w etc/policy.yaml

$ rm etc/policy.yaml; said 'cannot be opened'
etc/policy.yaml: error: cannot be opened: No such file or directory

# The file is back, and good: nobody has to ask for it.
$ policy fourth deny >etc/policy.yaml; said 'generation 3) is in force'
cis-authz: policy fourth (sha256 ..., generation 3) is in force

$ docker rm one
one

$ docker create --name one --privileged bb true
Error response from daemon: authorization denied by plugin cis-authz: policy fourth denies container.create of "one":
  5.4   privileged         HostConfig.Privileged is true. Remove --privileged.
        Single capabilities can be added instead.
  try: docker run without --privileged
decision ID; more: cis-authz explain 5.4
[1]

$ metrics /readyz; metrics /metrics '^cis_authz_policy_\(gen\|last\)'
ready
look-ups: working
cis_authz_policy_generation 3
cis_authz_policy_last_load_failed 0

# Configuration management swaps a link on the way, as Kubernetes does for a ConfigMap.
$ mkdir etc/..1 etc/..2; policy fifth off >etc/..1/policy.yaml; policy sixth deny >etc/..2/policy.yaml; ln -s ..1 etc/..data
> ln -s ..data/policy.yaml etc/link; mv etc/link etc/policy.yaml; said 'policy fifth'
cis-authz: policy fifth (sha256 ..., generation 4) is in force

$ ln -s ..2 etc/..tmp; mv -T etc/..tmp etc/..data; said 'policy sixth'
cis-authz: policy sixth (sha256 ..., generation 5) is in force

$ docker create --name one --privileged bb true
Error response from daemon: authorization denied by plugin cis-authz: policy sixth denies container.create of "one":
  5.4   privileged         HostConfig.Privileged is true. Remove --privileged.
        Single capabilities can be added instead.
  try: docker run without --privileged
decision ID; more: cis-authz explain 5.4
[1]

$ ln -sfn ..1 etc/..data; said 'generation 6) is in force'
cis-authz: policy fifth (sha256 ..., generation 6) is in force

# SIGHUP always has an answer.
$ kill -HUP "$(cat "$PRIVATE/plugin.pid")"; said 'its file is unchanged'
cis-authz: policy fifth (sha256 ..., generation 6) stays in force; its file is unchanged

# Docker is used all the time while the policy changes thirty times. A call that fails would print its error, and one that
# is allowed by a policy that denies it would leave a container.
$ policy turn-0 deny >etc/new; mv etc/new etc/..1/policy.yaml; said 'policy turn-0'
cis-authz: policy turn-0 (sha256 ..., generation 7) is in force

$ (until [ -e stop ]; do docker version >/dev/null; docker create --privileged bb true 2>&1 | grep --invert-match -e denied -e privileged -e capabilities -e '^decision'; done) & calls=$!
> for i in $(seq 30); do policy "turn-$i" deny >etc/new; mv etc/new etc/..1/policy.yaml; said "policy turn-$i " >>turns; done
> touch stop; wait $calls; wc --lines <turns
30

# A folder that takes the place of the policy's is none of those that the kernel lets the service read.
$ mv etc was; mkdir etc; policy moved off >etc/policy.yaml; said 'restart it'
etc/policy.yaml: error: cannot be opened: Permission denied. A service opens its policy in the folders that were there when it was started; of another one, restart it

$ rm -r etc; mv was etc; said 'its file is good again'
cis-authz: policy turn-30 (sha256 ..., generation 37) stays in force; its file is good again

$ docker create --name one --privileged bb true
Error response from daemon: authorization denied by plugin cis-authz: policy turn-30 denies container.create of "one":
  5.4   privileged         HostConfig.Privileged is true. Remove --privileged.
        Single capabilities can be added instead.
  try: docker run without --privileged
decision ID; more: cis-authz explain 5.4
[1]

$ plugin_stop; plugin_start
