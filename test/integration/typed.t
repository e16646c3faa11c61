# What a denial says to try, typed to the letter, passes: for each rule that something typed settles, a command that it
# denies, and below it the one that typed.py makes of that by the `try:`. Both ran; had the second been denied, or refused
# by the daemon, that would stand there too.

$ printf 'version: 1\nprofile: none\n' >"$PRIVATE/policy.yaml"; plugin_stop; plugin_start --policy "$PRIVATE/policy.yaml"; docker network create NAME >/dev/null; docker create --name other bb >/dev/null; docker run --detach --name up --network none bb sleep 3600 >/dev/null; docker tag bb cafe

# One rule at a time.
$ typed_by '{ privileged: deny }' docker create --privileged bb
docker create bb

$ typed_by '{ capabilities: deny }' docker create --cap-add SYS_ADMIN --cap-add NET_RAW bb
docker create --cap-add NET_RAW bb

$ typed_by '{ capabilities: { action: deny, require_drop: [NET_RAW, MKNOD] } }' docker create --cap-add NET_RAW bb
docker create --cap-drop NET_RAW --cap-drop MKNOD bb

$ typed_by '{ host-pid: deny }' docker create --pid host bb
docker create bb

$ typed_by '{ host-ipc: deny }' docker create --ipc host bb
docker create bb

$ typed_by '{ host-uts: deny }' docker create --uts host bb
docker create bb

$ typed_by '{ host-userns: deny }' docker create --userns host bb
docker create bb

$ typed_by '{ host-cgroupns: deny }' docker create --cgroupns host bb
docker create bb

$ typed_by '{ host-network: deny }' docker create --network host bb
docker create bb

$ typed_by '{ container-namespaces: deny }' docker create --network container:other --pid container:other --ipc container:other bb
docker create bb

$ typed_by '{ inter-container-traffic: { action: deny, deny_default_bridge: true } }' docker create bb
docker create --network NAME bb

$ typed_by '{ inter-container-traffic: { action: deny, deny_default_bridge: true } }' docker create --network bridge bb
docker create --network NAME bb

$ typed_by '{ sensitive-mounts: deny }' docker create -v /etc:/host:ro --mount type=bind,source=/usr,target=/usr2 bb
docker create bb

$ typed_by '{ sensitive-mounts: { action: deny, allow: [{ path: /etc/hosts, read_only: true }] } }' docker create -v /etc/hosts:/hosts bb
docker create -v /etc/hosts:/hosts:ro bb

$ typed_by '{ sensitive-mounts: { action: deny, allow: [{ path: /etc/hosts, read_only: true }] } }' docker create --mount type=bind,source=/etc/hosts,target=/hosts bb
docker create -v /etc/hosts:/hosts:ro bb

$ typed_by '{ bind-sources: { action: deny, allow: [{ path: /srv, read_only: true }] } }' docker create -v /srv:/srv -v /opt:/opt bb
docker create -v /srv:/srv:ro bb

$ typed_by '{ docker-socket: deny }' docker create -v /var/run/docker.sock:/var/run/docker.sock bb
docker create bb

$ typed_by '{ self-protection: deny }' docker create -v /run/docker/plugins:/plugins bb
docker create bb

$ typed_by '{ mount-propagation: deny }' docker create -v /srv:/srv:rshared bb
docker create -v /srv:/srv bb

$ typed_by '{ mount-propagation: deny }' docker create --mount type=bind,source=/srv,target=/srv,bind-propagation=shared bb
docker create --mount type=bind,source=/srv,target=/srv bb

$ typed_by '{ volumes-from: deny }' docker create --volumes-from other bb
docker create bb

$ typed_by '{ volume-driver: deny }' docker create --volume-driver netshare -v data:/data bb
docker create -v data:/data bb

$ typed_by '{ volume-driver: deny }' docker volume create --driver netshare v1
docker volume create v1

$ typed_by '{ volume-driver: deny }' docker volume create --opt type=ext4 --opt device=/dev/sda1 v2
docker volume create v2

$ typed_by '{ sensitive-mounts: deny }' docker volume create --opt type=none --opt o=bind --opt device=/etc v3
docker volume create v3

$ typed_by '{ host-devices: deny }' docker volume create --opt type=ext4 --opt device=/dev/sda1 v4
docker volume create v4

$ typed_by '{ host-devices: deny }' docker create --device /dev/null:/dev/x --device-cgroup-rule 'b 8:* rwm' bb
docker create bb

$ typed_by '{ host-devices: deny }' docker create --gpus all bb
docker create bb

$ typed_by '{ privileged-ports: deny }' docker create --publish 80:80 --publish '[::1]:53:53/udp' bb
docker create --publish '[::1]:8053:53/udp' --publish 127.0.0.1:8080:80 bb

$ typed_by '{ privileged-ports: { action: deny, below: 20000 } }' docker create --publish 8080:80 bb
docker create --publish 127.0.0.1:20000:80 bb

$ typed_by '{ published-ports: { action: deny, allow: [443] } }' docker create --publish 8080:80 --publish 8443:443 bb
docker create --publish 8443:443 bb

$ typed_by '{ published-ports: deny }' docker create --publish-all bb
docker create bb

$ typed_by '{ host-interface: deny }' docker create --publish 8080:80 --publish 0.0.0.0:9000:9000 bb
docker create --publish 127.0.0.1:8080:80 --publish 127.0.0.1:9000:9000 bb

$ typed_by '{ host-interface: { action: deny, allow: [10.1.2.3] } }' docker create --publish 8080:80 bb
docker create --publish 10.1.2.3:8080:80 bb

$ typed_by '{ host-interface: deny, privileged-ports: deny, published-ports: { action: deny, allow: [80] } }' docker create --publish 80:80 --publish 81:81 bb
docker create --publish 127.0.0.1:8080:80 bb

$ typed_by '{ ssh-server: deny }' docker create --publish 2222:22 --expose 22 bb
docker create bb

$ typed_by '{ ssh-server: deny }' docker create bb /usr/sbin/sshd -D
docker create bb

$ typed_by '{ memory-limit: deny }' docker create bb
docker create --memory 256m bb

$ typed_by '{ memory-limit: { action: deny, max: 100m } }' docker create --memory 200m bb
docker create --memory 100m bb

$ typed_by '{ memory-limit: { action: deny, min: 1g } }' docker create --memory 200m bb
docker create --memory 1g bb

$ typed_by '{ memory-limit: { action: deny, bound_swap: true } }' docker create --memory 200m --memory-swap -1 bb
docker create --memory 200m bb

$ typed_by '{ cpu-shares: deny }' docker create --cpu-shares 1024 bb
docker create --cpu-shares 512 bb

$ typed_by '{ cpu-shares: { action: deny, accept: [cpus], max_cpus: "0.5" } }' docker create bb
docker create --cpus 0.5 bb

$ typed_by '{ cpu-shares: { action: deny, accept: [cpus], max_cpus: "0.5" } }' docker create --cpus 1 bb
docker create --cpus 0.5 bb

$ typed_by '{ cpu-shares: { action: deny, accept: [quota], max_cpus: "0.5" } }' docker create --cpu-quota 90000 --cpu-period 50000 bb
docker create --cpu-period 50000 --cpu-quota 25000 bb

$ typed_by '{ pids-limit: { action: deny, max: 50 } }' docker create --pids-limit 60 bb
docker create --pids-limit 50 bb

$ typed_by '{ pids-limit: deny }' docker create --pids-limit -1 bb
docker create --pids-limit 100 bb

$ typed_by '{ oom-protection: deny }' docker create --oom-kill-disable --oom-score-adj -500 bb
docker create bb

$ typed_by '{ read-only-rootfs: deny }' docker create bb
docker create --read-only --tmpfs /tmp bb

$ typed_by '{ restart-policy: deny }' docker create --restart always bb
docker create --restart on-failure:5 bb

$ typed_by '{ restart-policy: { action: deny, max_retries: 3 } }' docker create --restart on-failure:10 bb
docker create --restart on-failure:3 bb

$ typed_by '{ restart-policy: { action: deny, allow: [unless-stopped] } }' docker create bb
docker create --restart unless-stopped bb

$ typed_by '{ ulimits: deny }' docker create --ulimit nofile=1024:2048 bb
docker create bb

$ typed_by '{ ulimits: { action: deny, allow: { nofile: "100:200" } } }' docker create --ulimit nofile=1024:2048 bb
docker create --ulimit nofile=100 bb

$ typed_by '{ sysctls: deny }' docker create --sysctl net.ipv4.ip_forward=1 bb
docker create bb

$ typed_by '{ seccomp-profile: deny }' docker create --security-opt seccomp=unconfined bb
docker create bb

$ echo '{"defaultAction":"SCMP_ACT_ALLOW"}' >"$PRIVATE/open.json"; typed_by '{ seccomp-profile: deny }' docker create --security-opt "seccomp=$PRIVATE/open.json" bb
docker create bb

$ typed_by '{ apparmor-profile: deny }' docker create --security-opt apparmor=unconfined bb
docker create bb

$ typed_by '{ apparmor-profile: { action: deny, require: true } }' docker create --security-opt apparmor=unconfined bb
docker create --security-opt apparmor=docker-default bb

$ typed_by '{ selinux-label: { action: deny, require: true } }' docker create bb
docker create --security-opt label=type:container_t bb

$ typed_by '{ selinux-label: deny }' docker create --security-opt label=type:spc_t --security-opt label=level:s0:c1,c2 bb
docker create bb

$ typed_by '{ unmasked-paths: deny }' docker create --security-opt systempaths=unconfined bb
docker create bb

$ typed_by '{ no-new-privileges: deny }' docker create bb
docker create --security-opt no-new-privileges bb

$ typed_by '{ no-new-privileges: deny }' docker create --security-opt no-new-privileges=false bb
docker create --security-opt no-new-privileges bb

$ typed_by '{ container-user: { action: deny, require: true } }' docker create --user root bb
docker create --user 1000:1000 bb

$ typed_by '{ container-user: { action: deny, require: true, allow: ["1000*", nobody] } }' docker create --user 33 bb
docker create --user nobody bb

$ typed_by '{ group-add: { action: deny, deny: ["0"] } }' docker create --group-add 0 --user 1000 bb
docker create --user 1000:1000 bb

$ typed_by '{ group-add: { action: deny, deny: ["0"] } }' docker create --user 1000:0 bb
docker create --user 1000:1000 bb

$ typed_by '{ cgroup-parent: deny }' docker create --cgroup-parent /teams bb
docker create bb

$ typed_by '{ runtime: deny }' docker create --runtime kata bb
docker create bb

$ typed_by '{ log-driver: deny }' docker create --log-driver none bb
docker create bb

$ typed_by '{ log-driver: { action: deny, allow: [local] } }' docker create --log-driver json-file bb
docker create bb

$ typed_by '{ log-options: deny }' docker create --log-driver syslog --log-opt syslog-address=unix:///run/docker.sock bb
docker create --log-driver syslog bb

$ typed_by '{ log-options: deny }' docker create --log-driver syslog --log-opt syslog-tls-ca-cert=/dev/zero --log-opt 'tag={{ "\n" }}' bb
docker create --log-driver syslog bb

$ typed_by '{ base-device-size: deny }' docker create --storage-opt size=120G bb | grep size
docker create --storage-opt size=10g bb

$ typed_by '{ leaked-descriptor: deny }' docker create --workdir /proc/self/fd/7 bb
docker create bb

$ typed_by '{ health-check: { action: deny, require: true } }' docker create --no-healthcheck bb
docker create --health-cmd COMMAND bb

$ typed_by '{ trusted-images: { action: deny, allow: ["docker.io/library/*"] } }' docker create cafe
docker create cafe:latest

$ typed_by '{ exec-privileged: deny }' docker exec --privileged up true
docker exec up true

$ typed_by '{ exec-user: { action: deny, deny_root: true } }' docker exec --user root up true
docker exec up true

$ typed_by '{ exec-user: { action: deny, deny_root: true, require: true } }' docker exec up true
docker exec --user 1000 up true

$ typed_by '{ leaked-descriptor: deny }' docker exec --workdir /proc/self/fd up true
docker exec up true

$ typed_by '{ memory-limit: { action: deny, max: 300m } }' docker update --memory 1g --memory-swap 2g up
docker update --memory-swap 2g --memory 300m up

$ typed_by '{ restart-policy: deny }' docker update --restart always up
docker update --restart on-failure:5 up

$ mkdir -p "$PRIVATE/build"; printf 'FROM scratch\nLABEL a=b\n' >"$PRIVATE/build/Dockerfile"; typed_by '{ rebuild-images: deny }' docker build --quiet "$PRIVATE/build" | grep -v sha256
docker build --quiet --no-cache --pull $PRIVATE/build

$ typed_by '{ host-network: deny, build-options: deny, image-sprawl: deny }' docker build --quiet --network host --add-host x:1.2.3.4 "$PRIVATE/build" | grep -v sha256
docker build --quiet --tag name:1 $PRIVATE/build

$ typed_by '{ network-driver: deny }' docker network create --driver macvlan --opt parent=eth0 n1
docker network create n1

$ typed_by '{ inter-container-traffic: { action: deny, require: true } }' docker network create --opt com.docker.network.bridge.enable_icc=true n2
docker network create --opt com.docker.network.bridge.enable_icc=false n2

# A whole profile at once.
$ printf 'version: 1\nprofile: level1\n' >"$PRIVATE/policy.yaml"; plugin_stop; plugin_start --policy "$PRIVATE/policy.yaml"; typed docker create bb
docker create --user 1000:1000 --memory 256m --cpu-shares 512 --read-only --tmpfs /tmp --security-opt no-new-privileges bb

$ typed docker create --privileged --pid host --network host -v /:/host:rshared --publish 80:80 --restart always --user root --memory 0 --cap-add ALL bb
docker create --memory 0 --user 1000:1000 --memory 256m --cpu-shares 512 --read-only --tmpfs /tmp --publish 127.0.0.1:8080:80 --restart on-failure:5 --security-opt no-new-privileges bb

# Strict asks for a digest, which an image of this machine alone has not: the denial says which rule that is, and what settles the others.
$ printf 'version: 1\nprofile: strict\n' >"$PRIVATE/policy.yaml"; plugin_stop; plugin_start --policy "$PRIVATE/policy.yaml"; docker create bb
Error response from daemon: authorization denied by plugin cis-authz: policy strict denies container.create:
  2.1   inter-container-traffic HostConfig.NetworkMode is the default bridge
        network, where containers may reach each other. Add --network NAME.
        NAME is one that docker network create made. (policy:
        inter-container-traffic deny_default_bridge)
  4.1   container-user     the image's USER names nobody, so the container
        would run as root. Add --user 1000:1000. An image whose USER is not
        root needs none. (policy: container-user require)
  4.2   trusted-images     Image is "bb", which may be the beginning of an ID.
        Replace bb by bb:latest. (policy: trusted-images ids)
  4.5   image-digest       Image is "bb", which may be another image tomorrow.
        Name it as docker.io/library/bb@sha256:..., with the digest that docker
        images --digests shows; an image that was only made on this host has
        none before it is pushed to a registry.
  -     image-tag          Image is "bb", which means the tag latest. Name a
        version, as in docker.io/library/bb:1.2.3, or a digest.
  -     health-check       the image's HEALTHCHECK is not there, so the engine
        would run no check. Add --health-cmd COMMAND. COMMAND is one that fails
        when the program is not well. (policy: health-check require)
  5.1   apparmor-profile   HostConfig.SecurityOpt names no AppArmor profile.
        Add --security-opt apparmor=docker-default. (policy: apparmor-profile
        require)
  5.3   capabilities       HostConfig.CapDrop does not drop ALL. Add --cap-drop
        ALL. (policy: capabilities require_drop)
  5.10  memory-limit       HostConfig.Memory sets no limit. Add --memory 256m.
  5.11  cpu-shares         HostConfig.CpuShares is 0, which is no limit that
        the policy accepts. Add --cpu-shares 512. (policy: cpu-shares accept)
  5.12  read-only-rootfs   HostConfig.ReadonlyRootfs is not true, so the
        container may write anywhere in its root file system. Add --read-only
        --tmpfs /tmp. What it must write can go to a tmpfs or a volume.
  5.25  no-new-privileges  HostConfig.SecurityOpt lacks no-new-privileges. Add
        --security-opt no-new-privileges. (policy: no-new-privileges require)
  -     pids-limit         HostConfig.PidsLimit sets no limit. Add --pids-limit
        100. (policy: pids-limit max)
  no option settles image-digest, image-tag; for the others: docker run without
       bb; with --network NAME --user 1000:1000 --health-cmd COMMAND
       --security-opt apparmor=docker-default --cap-drop ALL --memory 256m
       --cpu-shares 512 --read-only --tmpfs /tmp --security-opt
       no-new-privileges --pids-limit 100 bb:latest
decision ID; more: cis-authz explain 2.1
[1]

$ printf 'version: 1\nprofile: strict\nrules: { image-digest: off, image-tag: off }\n' >"$PRIVATE/policy.yaml"; plugin_stop; plugin_start --policy "$PRIVATE/policy.yaml"; typed docker create bb
docker create --network NAME --user 1000:1000 --health-cmd COMMAND --security-opt apparmor=docker-default --cap-drop ALL --memory 256m --cpu-shares 512 --read-only --tmpfs /tmp --security-opt no-new-privileges --pids-limit 100 bb:latest

# Back to the baseline for whoever comes next.
$ plugin_stop; plugin_start; docker rm --force other up >/dev/null; docker volume rm --force v1 v2 v3 v4 data >/dev/null; docker network rm NAME n1 n2 >/dev/null 2>&1; docker rmi cafe >/dev/null
