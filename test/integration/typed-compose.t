# The same for docker-compose, in the keys of its file: what the denial says to try, put into the file to the letter, passes.
# What is left of the service is printed.

$ composed_by '{ privileged: deny, host-pid: deny, host-ipc: deny, host-userns: deny }' '{privileged: true, pid: host, ipc: host, userns_mode: host}'
{}

$ composed_by '{ host-network: deny }' '{network_mode: host}'
{}

$ composed_by '{ capabilities: { action: deny, require_drop: [NET_RAW, MKNOD] } }' '{cap_add: [SYS_ADMIN, KILL]}'
{"cap_add": ["KILL"], "cap_drop": ["NET_RAW", "MKNOD"]}

$ composed_by '{ sensitive-mounts: deny, docker-socket: deny }' '{volumes: ["/etc:/host:ro", "/var/run/docker.sock:/s", "/srv:/srv"]}'
{"volumes": ["/srv:/srv"]}

$ composed_by '{ sensitive-mounts: { action: deny, allow: [{ path: /etc/hosts, read_only: true }] } }' '{volumes: ["/etc/hosts:/hosts"]}'
{"volumes": ["/etc/hosts:/hosts:ro"]}

$ composed_by '{ privileged-ports: deny }' '{ports: ["80:80", "8443:443"]}'
{"ports": ["8443:443", "127.0.0.1:8080:80"]}

$ composed_by '{ host-devices: deny }' '{devices: ["/dev/null:/dev/x"]}'
{}

$ composed_by '{ restart-policy: deny, ulimits: deny, sysctls: deny }' '{restart: always, ulimits: {nofile: 100}, sysctls: {net.ipv4.ip_forward: 1}}'
{"restart": "on-failure:5"}

$ composed_by '{ ulimits: { action: deny, allow: { nofile: "100:200" } } }' '{ulimits: {nofile: 1000}}'
{"ulimits": {"nofile": 100}}

$ composed_by '{ seccomp-profile: deny, apparmor-profile: { action: deny, require: true } }' '{security_opt: ["seccomp:unconfined", "apparmor:unconfined"]}'
{"security_opt": ["apparmor=docker-default"]}

$ composed_by '{ oom-protection: deny, group-add: { action: deny, deny: [docker] } }' '{oom_kill_disable: true, oom_score_adj: -500, group_add: [docker]}'
{}

$ composed_by '{ log-driver: deny }' '{logging: {driver: none}}'
{}

$ composed_by '{ cgroup-parent: deny, leaked-descriptor: deny }' '{cgroup_parent: /teams, working_dir: /proc/self/fd/7}'
{}

$ composed_by '{ ssh-server: deny }' '{command: "/usr/sbin/sshd -D", ports: ["2222:22"]}'
{}

$ composed_by '{ health-check: { action: deny, require: true } }' '{}'
{"healthcheck": {"test": "COMMAND"}}

$ composed_by '{ cpu-shares: { action: deny, accept: [cpus] } }' '{}'
{"cpus": 1}

# A whole profile at once.
$ printf 'version: 1\nprofile: level1\n' >"$PRIVATE/policy.yaml"; plugin_stop; plugin_start --policy "$PRIVATE/policy.yaml"; composed '{restart: always, pid: host}'
{"user": "1000:1000", "mem_limit": "256m", "cpu_shares": 512, "read_only": true, "tmpfs": ["/tmp"], "restart": "on-failure:5", "security_opt": ["no-new-privileges"]}

# What it looks like.
$ cd "$PRIVATE/compose"; printf 'version: "2.4"\nservices:\n  web:\n    image: bb\n    privileged: true\n' >docker-compose.yml; docker-compose --ansi never up -d 2>&1 | sed -n '/^ERROR: for web/,$p'
ERROR: for web  Cannot create container for service web: authorization denied by plugin cis-authz: policy level1 denies container.create of "web":
  4.1   container-user     the image's USER names nobody, so the container
        would run as root. Add user: "1000:1000". An image whose USER is not
        root needs none. (policy: container-user require)
  5.4   privileged         HostConfig.Privileged is true. Remove privileged:
        true. Single capabilities can be added instead.
  5.10  memory-limit       HostConfig.Memory is not given, so there is no
        limit. Add mem_limit: 256m.
  5.11  cpu-shares         HostConfig.CpuShares is not given, so the container
        may take all processors. Add cpu_shares: 512. (policy: cpu-shares
        accept)
  5.12  read-only-rootfs   HostConfig.ReadonlyRootfs is not true, so the
        container may write anywhere in its root file system. Add read_only:
        true and tmpfs: [/tmp]. What it must write can go to a tmpfs or a
        volume.
  5.25  no-new-privileges  HostConfig.SecurityOpt lacks no-new-privileges. Add
        security_opt: [no-new-privileges]. (policy: no-new-privileges require)
  try: compose file without privileged: true; with user: "1000:1000",
       mem_limit: 256m, cpu_shares: 512, read_only: true, tmpfs: [/tmp],
       security_opt: [no-new-privileges]
decision ID; more: cis-authz explain 4.1
Encountered errors while bringing up the project.

# Back to the baseline for whoever comes next.
$ plugin_stop; plugin_start
