# What would hand over the host, as the docker command line asks for it, under the built-in baseline.

$ docker run --detach --name web bb sleep 3600
CONTAINER

$ docker run --name bad --privileged bb true
docker: Error response from daemon: authorization denied by plugin cis-authz: policy baseline denies container.create of "bad":
  5.4   privileged         HostConfig.Privileged is true. Remove --privileged.
        Single capabilities can be added instead.
  try: docker run without --privileged
decision ID; more: cis-authz explain 5.4.
[125]

$ docker ps --all --filter name=bad --format '{{ .Names }}'

$ docker create --name bad --network host bb true
Error response from daemon: authorization denied by plugin cis-authz: policy baseline denies container.create of "bad":
  5.9   host-network       HostConfig.NetworkMode is "host". Remove --network
        host. Ports can be published instead.
  try: docker run without --network host
decision ID; more: cis-authz explain 5.9
[1]

$ docker create --name bad --pid host bb true
Error response from daemon: authorization denied by plugin cis-authz: policy baseline denies container.create of "bad":
  5.15  host-pid           HostConfig.PidMode is "host". Remove --pid host.
  try: docker run without --pid host
decision ID; more: cis-authz explain 5.15
[1]

$ docker create --name bad --ipc host bb true
Error response from daemon: authorization denied by plugin cis-authz: policy baseline denies container.create of "bad":
  5.16  host-ipc           HostConfig.IpcMode is "host". Remove --ipc host.
  try: docker run without --ipc host
decision ID; more: cis-authz explain 5.16
[1]

$ docker create --name bad --uts host bb true
Error response from daemon: authorization denied by plugin cis-authz: policy baseline denies container.create of "bad":
  5.20  host-uts           HostConfig.UTSMode is "host". Remove --uts host.
  try: docker run without --uts host
decision ID; more: cis-authz explain 5.20
[1]

$ docker create --name bad --userns host bb true
Error response from daemon: authorization denied by plugin cis-authz: policy baseline denies container.create of "bad":
  2.8   host-userns        HostConfig.UsernsMode is "host". Remove --userns
        host.
  try: docker run without --userns host
decision ID; more: cis-authz explain 2.8
[1]

$ docker create --name bad --cap-add SYS_ADMIN bb true
Error response from daemon: authorization denied by plugin cis-authz: policy baseline denies container.create of "bad":
  5.3   capabilities       HostConfig.CapAdd[0] adds SYS_ADMIN. Remove
        --cap-add SYS_ADMIN. (policy: capabilities allow)
  try: docker run without --cap-add SYS_ADMIN
decision ID; more: cis-authz explain 5.3
[1]

# In any case, with and without the prefix.
$ docker create --name bad --cap-add cap_sys_module --cap-add all bb true
Error response from daemon: authorization denied by plugin cis-authz: policy baseline denies container.create of "bad":
  5.3   capabilities       HostConfig.CapAdd[0] adds cap_sys_module. Remove
        --cap-add cap_sys_module. (policy: capabilities allow)
  5.3   capabilities       HostConfig.CapAdd[1] adds all. Remove --cap-add all.
        (policy: capabilities allow)
  try: docker run without --cap-add cap_sys_module, --cap-add all
decision ID; more: cis-authz explain 5.3
[1]

$ docker create --name bad --device /dev/mem:/dev/disk bb true
Error response from daemon: authorization denied by plugin cis-authz: policy baseline denies container.create of "bad":
  5.17  host-devices       HostConfig.Devices[0] gives the container /dev/mem
        of the host. Remove --device /dev/mem. (policy: host-devices allow)
  try: docker run without --device /dev/mem
decision ID; more: cis-authz explain 5.17
[1]

$ docker create --name bad --device-cgroup-rule 'b 8:* rwm' bb true
Error response from daemon: authorization denied by plugin cis-authz: policy baseline denies container.create of "bad":
  5.17  host-devices       HostConfig.DeviceCgroupRules[0] opens a class of
        host devices. Remove --device-cgroup-rule 'b 8:* rwm'.
  try: docker run without --device-cgroup-rule 'b 8:* rwm'
decision ID; more: cis-authz explain 5.17
[1]

# A host folder, by each door.
$ docker create --name bad -v /etc:/x bb true
Error response from daemon: authorization denied by plugin cis-authz: policy baseline denies container.create of "bad":
  5.5   sensitive-mounts   HostConfig.Binds[0] mounts /etc of the host. Remove
        -v or --mount of /etc. A directory made for this data will do, or a
        named volume. (policy: sensitive-mounts allow)
  -     self-protection    HostConfig.Binds[0] lets the container reach
        /etc/cis-authz, by which this plugin is kept in force. Remove -v or
        --mount of /etc.
  try: docker run without -v or --mount of /etc
decision ID; more: cis-authz explain 5.5
[1]

$ docker create --name bad -v /etc/../etc/ssh:/x:ro bb true
Error response from daemon: authorization denied by plugin cis-authz: policy baseline denies container.create of "bad":
  5.5   sensitive-mounts   HostConfig.Binds[0] mounts /etc/ssh of the host,
        inside /etc. Remove -v or --mount of /etc/../etc/ssh. A directory made
        for this data will do, or a named volume. (policy: sensitive-mounts
        allow)
  try: docker run without -v or --mount of /etc/../etc/ssh
decision ID; more: cis-authz explain 5.5
[1]

$ docker create --name bad -v /:/host bb true
Error response from daemon: authorization denied by plugin cis-authz: policy baseline denies container.create of "bad":
  5.5   sensitive-mounts   HostConfig.Binds[0] mounts / of the host. Remove -v
        or --mount of /. A directory made for this data will do, or a named
        volume. (policy: sensitive-mounts allow)
  -     docker-socket      HostConfig.Binds[0] lets the container reach
        /run/docker.sock, and with it the engine and the host; read-only does
        not help. Remove -v or --mount of /.
  -     self-protection    HostConfig.Binds[0] lets the container reach
        /etc/cis-authz, by which this plugin is kept in force. Remove -v or
        --mount of /.
  try: docker run without -v or --mount of /
decision ID; more: cis-authz explain 5.5
[1]

$ docker create --name bad --mount type=bind,source=/usr/lib,target=/x bb true
Error response from daemon: authorization denied by plugin cis-authz: policy baseline denies container.create of "bad":
  5.5   sensitive-mounts   HostConfig.Mounts[0].Source mounts /usr/lib of the
        host, inside /usr. Remove -v or --mount of /usr/lib. A directory made
        for this data will do, or a named volume. (policy: sensitive-mounts
        allow)
  -     self-protection    HostConfig.Mounts[0].Source lets the container reach
        /usr/lib/docker/plugins, by which this plugin is kept in force. Remove
        -v or --mount of /usr/lib.
  try: docker run without -v or --mount of /usr/lib
decision ID; more: cis-authz explain 5.5
[1]

$ docker create --name bad --mount 'type=volume,target=/x,volume-opt=type=none,volume-opt=o=bind,volume-opt=device=/etc' bb true
Error response from daemon: authorization denied by plugin cis-authz: policy baseline denies container.create of "bad":
  5.5   sensitive-mounts
        HostConfig.Mounts[0].VolumeOptions.DriverConfig.Options.device mounts
        /etc of the host. Remove volume-opt of --mount. A directory made for
        this data will do, or a named volume. (policy: sensitive-mounts allow)
  -     self-protection
        HostConfig.Mounts[0].VolumeOptions.DriverConfig.Options.device lets the
        container reach /etc/cis-authz, by which this plugin is kept in force.
        Remove volume-opt of --mount.
  try: docker run without volume-opt of --mount
decision ID; more: cis-authz explain 5.5
[1]

$ docker volume create --opt type=none --opt o=bind --opt device=/etc bad
Error response from daemon: authorization denied by plugin cis-authz: policy baseline denies volume.create:
  5.5   sensitive-mounts   DriverOpts.device mounts /etc of the host. Remove
        --opt. A directory made for this data will do, or a named volume.
        (policy: sensitive-mounts allow)
  -     self-protection    DriverOpts.device lets the container reach
        /etc/cis-authz, by which this plugin is kept in force. Remove --opt.
  try: docker volume create without --opt
decision ID; more: cis-authz explain 5.5
[1]

$ ln -s /etc "$PRIVATE/link"; docker create --name bad -v "$PRIVATE/link:/x" bb true
Error response from daemon: authorization denied by plugin cis-authz: policy baseline denies container.create of "bad":
  5.5   sensitive-mounts   HostConfig.Binds[0] mounts
        $PRIVATE/link of the host, which leads to /etc. Remove -v
        or --mount of $PRIVATE/link. A directory made for this
        data will do, or a named volume. (policy: sensitive-mounts allow)
  -     self-protection    HostConfig.Binds[0] lets the container reach
        /etc/cis-authz, by which this plugin is kept in force. Remove -v or
        --mount of $PRIVATE/link.
  try: docker run without -v or --mount of $PRIVATE/link
decision ID; more: cis-authz explain 5.5
[1]

$ docker create --name bad -v /proc/self/root/etc:/x bb true
Error response from daemon: authorization denied by plugin cis-authz: policy baseline denies container.create of "bad":
  5.5   sensitive-mounts   HostConfig.Binds[0] mounts /proc/self/root/etc of
        the host, inside /proc. Remove -v or --mount of /proc/self/root/etc. A
        directory made for this data will do, or a named volume. (policy:
        sensitive-mounts allow)
  -     self-protection    HostConfig.Binds[0] lets the container reach
        /etc/cis-authz, by which this plugin is kept in force. Remove -v or
        --mount of /proc/self/root/etc.
  try: docker run without -v or --mount of /proc/self/root/etc
decision ID; more: cis-authz explain 5.5
[1]

# The engine's socket, read-only or not, and the folders that hold it.
$ docker create --name bad -v /var/run/docker.sock:/var/run/docker.sock:ro bb true
Error response from daemon: authorization denied by plugin cis-authz: policy baseline denies container.create of "bad":
  5.5   sensitive-mounts   HostConfig.Binds[0] mounts /var/run/docker.sock of
        the host, inside /var/run. Remove -v or --mount of
        /var/run/docker.sock. A directory made for this data will do, or a
        named volume. (policy: sensitive-mounts allow)
  -     docker-socket      HostConfig.Binds[0] lets the container reach
        /var/run/docker.sock, and with it the engine and the host; read-only
        does not help. Remove -v or --mount of /var/run/docker.sock.
  try: docker run without -v or --mount of /var/run/docker.sock
decision ID; more: cis-authz explain 5.5
[1]

$ docker create --name bad -v /run:/x bb true
Error response from daemon: authorization denied by plugin cis-authz: policy baseline denies container.create of "bad":
  5.5   sensitive-mounts   HostConfig.Binds[0] mounts /run of the host. Remove
        -v or --mount of /run. A directory made for this data will do, or a
        named volume. (policy: sensitive-mounts allow)
  -     docker-socket      HostConfig.Binds[0] lets the container reach
        /run/docker.sock, and with it the engine and the host; read-only does
        not help. Remove -v or --mount of /run.
  -     self-protection    HostConfig.Binds[0] lets the container reach
        /run/docker/plugins, by which this plugin is kept in force. Remove -v
        or --mount of /run.
  try: docker run without -v or --mount of /run
decision ID; more: cis-authz explain 5.5
[1]

# Everything that is wrong, at once.
$ docker run --name bad --privileged --network host --pid host -v /etc:/x bb true
docker: Error response from daemon: authorization denied by plugin cis-authz: policy baseline denies container.create of "bad":
  5.4   privileged         HostConfig.Privileged is true. Remove --privileged.
        Single capabilities can be added instead.
  5.5   sensitive-mounts   HostConfig.Binds[0] mounts /etc of the host. Remove
        -v or --mount of /etc. A directory made for this data will do, or a
        named volume. (policy: sensitive-mounts allow)
  5.9   host-network       HostConfig.NetworkMode is "host". Remove --network
        host. Ports can be published instead.
  5.15  host-pid           HostConfig.PidMode is "host". Remove --pid host.
  -     self-protection    HostConfig.Binds[0] lets the container reach
        /etc/cis-authz, by which this plugin is kept in force. Remove -v or
        --mount of /etc.
  try: docker run without --privileged, -v or --mount of /etc, --network host,
       --pid host
decision ID; more: cis-authz explain 5.4.
[125]

# In a container that runs already.
$ docker exec --privileged web true
Error response from daemon: authorization denied by plugin cis-authz: policy baseline denies exec.create of "web":
  5.22  exec-privileged    Privileged is true. Remove --privileged.
  try: docker exec without --privileged
decision ID; more: cis-authz explain 5.22
[1]

$ docker exec --user root web true
Error response from daemon: authorization denied by plugin cis-authz: policy baseline denies exec.create of "web":
  5.23  exec-user          User is "root", which is root. Remove --user root.
        The process then runs as the user that the container was started with.
        (policy: exec-user allow)
  try: docker exec without --user root
decision ID; more: cis-authz explain 5.23
[1]

# Nothing came of any of it.
$ docker ps --all --format '{{.Names}}'
web

$ docker volume ls --quiet

$ docker rm --force web
web
