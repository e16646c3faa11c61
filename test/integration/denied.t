# What would hand over the host, as the docker command line asks for it, under the built-in baseline.

$ docker run --detach --name web bb sleep 3600
CONTAINER

$ docker run --name bad --privileged bb true
docker: Error response from daemon: authorization denied by plugin cis-authz: policy baseline denies container.create:
  5.4   privileged         HostConfig.Privileged is true. Remove --privileged; add single capabilities with --cap-add.
  try: docker run without --privileged
decision ID; more: cis-authz explain 5.4.
[125]

$ docker inspect bad
[]
Error: No such object: bad
[1]

$ docker create --name bad --network host bb true
Error response from daemon: authorization denied by plugin cis-authz: policy baseline denies container.create:
  5.9   host-network       HostConfig.NetworkMode is "host". Remove --network host; publish ports with -p.
  try: docker run without --network host
decision ID; more: cis-authz explain 5.9
[1]

$ docker create --name bad --pid host bb true
Error response from daemon: authorization denied by plugin cis-authz: policy baseline denies container.create:
  5.15  host-pid           HostConfig.PidMode is "host". Remove --pid host.
  try: docker run without --pid host
decision ID; more: cis-authz explain 5.15
[1]

$ docker create --name bad --ipc host bb true
Error response from daemon: authorization denied by plugin cis-authz: policy baseline denies container.create:
  5.16  host-ipc           HostConfig.IpcMode is "host". Remove --ipc host; containers that belong together share with --ipc shareable and --ipc container:NAME.
  try: docker run without --ipc host
decision ID; more: cis-authz explain 5.16
[1]

$ docker create --name bad --uts host bb true
Error response from daemon: authorization denied by plugin cis-authz: policy baseline denies container.create:
  5.20  host-uts           HostConfig.UTSMode is "host". Remove --uts host; name the container with --hostname.
  try: docker run without --uts host
decision ID; more: cis-authz explain 5.20
[1]

$ docker create --name bad --userns host bb true
Error response from daemon: authorization denied by plugin cis-authz: policy baseline denies container.create:
  2.8   host-userns        HostConfig.UsernsMode is "host". Remove --userns host.
  try: docker run without --userns host
decision ID; more: cis-authz explain 2.8
[1]

$ docker create --name bad --cap-add SYS_ADMIN bb true
Error response from daemon: authorization denied by plugin cis-authz: policy baseline denies container.create:
  5.3   capabilities       HostConfig.CapAdd[0] adds SYS_ADMIN. Remove --cap-add SYS_ADMIN.
  try: docker run without --cap-add SYS_ADMIN
decision ID; more: cis-authz explain 5.3
[1]

# In any case, with and without the prefix.
$ docker create --name bad --cap-add cap_sys_module --cap-add all bb true
Error response from daemon: authorization denied by plugin cis-authz: policy baseline denies container.create:
  5.3   capabilities       HostConfig.CapAdd[0] adds cap_sys_module. Remove --cap-add cap_sys_module.
  5.3   capabilities       HostConfig.CapAdd[1] adds all. Remove --cap-add all.
  try: docker run without --cap-add cap_sys_module, --cap-add all
decision ID; more: cis-authz explain 5.3
[1]

$ docker create --name bad --device /dev/mem:/dev/disk bb true
Error response from daemon: authorization denied by plugin cis-authz: policy baseline denies container.create:
  5.17  host-devices       HostConfig.Devices[0] gives the container /dev/mem of the host. Remove --device.
  try: docker run without --device /dev/mem
decision ID; more: cis-authz explain 5.17
[1]

$ docker create --name bad --device-cgroup-rule 'b 8:* rwm' bb true
Error response from daemon: authorization denied by plugin cis-authz: policy baseline denies container.create:
  5.17  host-devices       HostConfig.DeviceCgroupRules[0] opens a class of host devices. Remove --device-cgroup-rule.
  try: docker run without --device-cgroup-rule b 8:* rwm
decision ID; more: cis-authz explain 5.17
[1]

# A host folder, by each door.
$ docker create --name bad -v /etc:/x bb true
Error response from daemon: authorization denied by plugin cis-authz: policy baseline denies container.create:
  5.5   sensitive-mounts   HostConfig.Binds[0] mounts /etc of the host. Mount a directory made for this data, or a named volume.
  -     self-protection    HostConfig.Binds[0] lets the container reach /etc/cis-authz, by which this plugin is kept in force. Mount a directory made for this data, or a named volume.
  try: docker run without -v or --mount of /etc
decision ID; more: cis-authz explain 5.5
[1]

$ docker create --name bad -v /etc/../etc/ssh:/x:ro bb true
Error response from daemon: authorization denied by plugin cis-authz: policy baseline denies container.create:
  5.5   sensitive-mounts   HostConfig.Binds[0] mounts /etc/ssh of the host, inside /etc. Mount a directory made for this data, or a named volume.
  try: docker run without -v or --mount of /etc/../etc/ssh
decision ID; more: cis-authz explain 5.5
[1]

$ docker create --name bad -v /:/host bb true
Error response from daemon: authorization denied by plugin cis-authz: policy baseline denies container.create:
  5.5   sensitive-mounts   HostConfig.Binds[0] mounts / of the host. Mount a directory made for this data, or a named volume.
  -     docker-socket      HostConfig.Binds[0] lets the container reach /run/docker.sock, and with it the engine and the host. Remove the mount; read-only does not help.
  -     self-protection    HostConfig.Binds[0] lets the container reach /etc/cis-authz, by which this plugin is kept in force. Mount a directory made for this data, or a named volume.
  try: docker run without -v or --mount of /
decision ID; more: cis-authz explain 5.5
[1]

$ docker create --name bad --mount type=bind,source=/usr/lib,target=/x bb true
Error response from daemon: authorization denied by plugin cis-authz: policy baseline denies container.create:
  5.5   sensitive-mounts   HostConfig.Mounts[0].Source mounts /usr/lib of the host, inside /usr. Mount a directory made for this data, or a named volume.
  -     self-protection    HostConfig.Mounts[0].Source lets the container reach /usr/lib/docker/plugins, by which this plugin is kept in force. Mount a directory made for this data, or a named volume.
  try: docker run without -v or --mount of /usr/lib
decision ID; more: cis-authz explain 5.5
[1]

$ docker create --name bad --mount 'type=volume,target=/x,volume-opt=type=none,volume-opt=o=bind,volume-opt=device=/etc' bb true
Error response from daemon: authorization denied by plugin cis-authz: policy baseline denies container.create:
  5.5   sensitive-mounts   HostConfig.Mounts[0].VolumeOptions.DriverConfig.Options.device mounts /etc of the host. Mount a directory made for this data, or a named volume.
  -     self-protection    HostConfig.Mounts[0].VolumeOptions.DriverConfig.Options.device lets the container reach /etc/cis-authz, by which this plugin is kept in force. Mount a directory made for this data, or a named volume.
  try: docker run without -v or --mount of /etc
decision ID; more: cis-authz explain 5.5
[1]

$ docker volume create --opt type=none --opt o=bind --opt device=/etc bad
Error response from daemon: authorization denied by plugin cis-authz: policy baseline denies volume.create:
  5.5   sensitive-mounts   DriverOpts.device mounts /etc of the host. Mount a directory made for this data, or a named volume.
  -     self-protection    DriverOpts.device lets the container reach /etc/cis-authz, by which this plugin is kept in force. Mount a directory made for this data, or a named volume.
decision ID; more: cis-authz explain 5.5
[1]

$ ln -s /etc "$PRIVATE/link"; docker create --name bad -v "$PRIVATE/link:/x" bb true
Error response from daemon: authorization denied by plugin cis-authz: policy baseline denies container.create:
  5.5   sensitive-mounts   HostConfig.Binds[0] mounts $PRIVATE/link of the host, which leads to /etc. Mount a directory made for this data, or a named volume.
  -     self-protection    HostConfig.Binds[0] lets the container reach /etc/cis-authz, by which this plugin is kept in force. Mount a directory made for this data, or a named volume.
  try: docker run without -v or --mount of $PRIVATE/link
decision ID; more: cis-authz explain 5.5
[1]

$ docker create --name bad -v /proc/self/root/etc:/x bb true
Error response from daemon: authorization denied by plugin cis-authz: policy baseline denies container.create:
  5.5   sensitive-mounts   HostConfig.Binds[0] mounts /proc/self/root/etc of the host, inside /proc. Mount a directory made for this data, or a named volume.
  -     self-protection    HostConfig.Binds[0] lets the container reach /etc/cis-authz, by which this plugin is kept in force. Mount a directory made for this data, or a named volume.
  try: docker run without -v or --mount of /proc/self/root/etc
decision ID; more: cis-authz explain 5.5
[1]

# The engine's socket, read-only or not, and the folders that hold it.
$ docker create --name bad -v /var/run/docker.sock:/var/run/docker.sock:ro bb true
Error response from daemon: authorization denied by plugin cis-authz: policy baseline denies container.create:
  5.5   sensitive-mounts   HostConfig.Binds[0] mounts /var/run/docker.sock of the host, inside /var/run. Mount a directory made for this data, or a named volume.
  -     docker-socket      HostConfig.Binds[0] lets the container reach /var/run/docker.sock, and with it the engine and the host. Remove the mount; read-only does not help.
  try: docker run without -v or --mount of /var/run/docker.sock
decision ID; more: cis-authz explain 5.5
[1]

$ docker create --name bad -v /run:/x bb true
Error response from daemon: authorization denied by plugin cis-authz: policy baseline denies container.create:
  5.5   sensitive-mounts   HostConfig.Binds[0] mounts /run of the host. Mount a directory made for this data, or a named volume.
  -     docker-socket      HostConfig.Binds[0] lets the container reach /run/docker.sock, and with it the engine and the host. Remove the mount; read-only does not help.
  -     self-protection    HostConfig.Binds[0] lets the container reach /run/docker/plugins, by which this plugin is kept in force. Mount a directory made for this data, or a named volume.
  try: docker run without -v or --mount of /run
decision ID; more: cis-authz explain 5.5
[1]

# Everything that is wrong, at once.
$ docker run --name bad --privileged --network host --pid host -v /etc:/x bb true
docker: Error response from daemon: authorization denied by plugin cis-authz: policy baseline denies container.create:
  5.4   privileged         HostConfig.Privileged is true. Remove --privileged; add single capabilities with --cap-add.
  5.5   sensitive-mounts   HostConfig.Binds[0] mounts /etc of the host. Mount a directory made for this data, or a named volume.
  5.9   host-network       HostConfig.NetworkMode is "host". Remove --network host; publish ports with -p.
  5.15  host-pid           HostConfig.PidMode is "host". Remove --pid host.
  -     self-protection    HostConfig.Binds[0] lets the container reach /etc/cis-authz, by which this plugin is kept in force. Mount a directory made for this data, or a named volume.
  try: docker run without --privileged, -v or --mount of /etc, --network host, --pid host
decision ID; more: cis-authz explain 5.4.
[125]

# In a container that runs already.
$ docker exec --privileged web true
Error response from daemon: authorization denied by plugin cis-authz: policy baseline denies exec.create:
  5.22  exec-privileged    Privileged is true. Remove --privileged from docker exec.
  try: docker exec without --privileged
decision ID; more: cis-authz explain 5.22
[1]

$ docker exec --user root web true
Error response from daemon: authorization denied by plugin cis-authz: policy baseline denies exec.create:
  5.23  exec-user          User is "root", which is root. Remove --user from docker exec, or name a user that is not root. (Where the container runs as root anyway this adds nothing; no request shows whether it does.)
  try: docker exec without --user root
decision ID; more: cis-authz explain 5.23
[1]

# Nothing came of any of it.
$ docker ps --all --format '{{.Names}}'
web

$ docker volume ls --quiet

$ docker rm --force web
web
