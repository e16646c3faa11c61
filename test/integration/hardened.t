# The hardened container of docs/hardened-run.md, under level1 and strict, and what section 5 of the benchmark asks of it.
# This daemon has no bridge: --network none, and ports are only written down.

$ printf 'version: 1\nprofile: level1\n' >"$PRIVATE/policy.yaml"; plugin_stop; plugin_start --policy "$PRIVATE/policy.yaml"

$ docker run --detach --name web --user 1000:1000 --read-only --tmpfs /tmp --memory 256m --cpu-shares 512 --restart on-failure:5 --security-opt no-new-privileges --cap-drop ALL --publish 127.0.0.1:8443:8443 --network none bb sleep 3600
CONTAINER

# 5.1: a valid profile, where the host has AppArmor.
$ docker inspect --format '{{ .AppArmorProfile }}' web | sed 's/^docker-default$//'

# 5.2, 5.21, 5.25: security options.
$ docker inspect --format 'SecurityOpt={{ .HostConfig.SecurityOpt }}' web
SecurityOpt=[no-new-privileges]

# 5.3: capabilities.
$ docker inspect --format 'CapAdd={{ .HostConfig.CapAdd }} CapDrop={{ .HostConfig.CapDrop }}' web
CapAdd=[] CapDrop=[ALL]

# 5.4
$ docker inspect --format 'Privileged={{ .HostConfig.Privileged }}' web
Privileged=false

# 5.5, 5.19: mounts, and how they propagate.
$ docker inspect --format 'Volumes={{ .Mounts }} Propagation={{ range $mnt := .Mounts }} {{ json $mnt.Propagation }} {{ end }}' web
Volumes=[] Propagation=

# 5.6: no SSH server among the processes. This image has no ps; the daemon lists them from outside.
$ docker top web -o pid,args | sed 's/^[0-9]* *//'
PID                 COMMAND
sleep 3600

# 5.7, 5.8, 5.13: ports. Without a bridge none is open, so this is what was asked for.
$ docker inspect --format 'Ports={{ .HostConfig.PortBindings }} PublishAllPorts={{ .HostConfig.PublishAllPorts }}' web
Ports=map[8443/tcp:[{127.0.0.1 8443}]] PublishAllPorts=false

# 5.9
$ docker inspect --format 'NetworkMode={{ .HostConfig.NetworkMode }}' web
NetworkMode=none

# 5.10, 5.11, 5.12: neither 0 nor 1024, and true.
$ docker inspect --format 'Memory={{ .HostConfig.Memory }} CpuShares={{ .HostConfig.CpuShares }} ReadonlyRootfs={{ .HostConfig.ReadonlyRootfs }}' web
Memory=268435456 CpuShares=512 ReadonlyRootfs=true

# 5.12: nothing of the root file system was changed.
$ docker diff web

# 5.14
$ docker inspect --format 'RestartPolicyName={{ .HostConfig.RestartPolicy.Name }} MaximumRetryCount={{ .HostConfig.RestartPolicy.MaximumRetryCount }}' web
RestartPolicyName=on-failure MaximumRetryCount=5

# 5.15, 5.16, 5.20: none is "host".
$ docker inspect --format 'PidMode={{ .HostConfig.PidMode }} IpcMode={{ .HostConfig.IpcMode }} UTSMode={{ .HostConfig.UTSMode }}' web
PidMode= IpcMode=private UTSMode=

# 5.17, 5.18
$ docker inspect --format 'Devices={{ .HostConfig.Devices }} Ulimits={{ .HostConfig.Ulimits }}' web
Devices=[] Ulimits=[]

# 5.24: blank is the daemon's own group.
$ docker inspect --format 'CgroupParent={{ .HostConfig.CgroupParent }}' web
CgroupParent=

# 4.1: and it is nobody's root.
$ docker exec web id -u
1000

# A plain one lacks all of this, and is told so at once, with the line that would do.
$ docker run --name plain bb true
docker: Error response from daemon: authorization denied by plugin cis-authz: policy level1 denies container.create of "plain":
  4.1   container-user     the image's USER names nobody, so the container
        would run as root. Add --user 1000:1000. An image whose USER is not
        root needs none. (policy: container-user require)
  5.10  memory-limit       HostConfig.Memory sets no limit. Add --memory 256m.
  5.11  cpu-shares         HostConfig.CpuShares is 0, which is no limit that
        the policy accepts. Add --cpu-shares 512. (policy: cpu-shares accept)
  5.12  read-only-rootfs   HostConfig.ReadonlyRootfs is not true, so the
        container may write anywhere in its root file system. Add --read-only
        --tmpfs /tmp. What it must write can go to a tmpfs or a volume.
  5.25  no-new-privileges  HostConfig.SecurityOpt lacks no-new-privileges. Add
        --security-opt no-new-privileges. (policy: no-new-privileges require)
  try: docker run with --user 1000:1000 --memory 256m --cpu-shares 512
       --read-only --tmpfs /tmp --security-opt no-new-privileges
decision ID; more: cis-authz explain 4.1.
[125]

$ docker inspect plain
[]
Error: No such object: plain
[1]

$ docker tag bb bb:1.36

# Strict wants more. An image of this machine alone has no digest, so that rule is off here.
$ printf 'version: 1\nprofile: strict\nrules: { image-digest: off }\n' >"$PRIVATE/policy.yaml"; plugin_stop; plugin_start --policy "$PRIVATE/policy.yaml"

$ docker run --detach --name strict --user 1000:1000 --read-only --tmpfs /tmp --memory 256m --cpu-shares 512 --pids-limit 100 --restart on-failure:5 --security-opt no-new-privileges --security-opt apparmor=docker-default --cap-drop ALL --publish 127.0.0.1:8444:8443 --network none --health-cmd true bb:1.36 sleep 3600
CONTAINER

$ docker inspect --format 'PidsLimit={{ .HostConfig.PidsLimit }} Healthcheck={{ .Config.Healthcheck.Test }} Memory={{ .HostConfig.Memory }}' strict
PidsLimit=100 Healthcheck=[CMD-SHELL true] Memory=268435456

$ docker exec --user root strict id -u
Error response from daemon: authorization denied by plugin cis-authz: policy strict denies exec.create of "strict":
  5.23  exec-user          User is "root". Remove --user root. The process then
        runs as the user that the container was started with. (policy:
        exec-user allow)
  try: docker exec without --user root
decision ID; more: cis-authz explain 5.23
[1]

$ docker rm --force web strict
web
strict

# Back to the baseline for whoever comes next.
$ plugin_stop; plugin_start
