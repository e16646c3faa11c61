# The same for services, whose options are others: --limit-memory, --mount, --group. What is a service's default, and what
# the engine drops from one, no option can say; then the denial says what can.

$ printf 'version: 1\nprofile: none\n' >"$PRIVATE/policy.yaml"; plugin_stop; plugin_start --policy "$PRIVATE/policy.yaml"; docker swarm init --listen-addr 127.0.0.1:23771 --advertise-addr 127.0.0.1 >/dev/null; docker service create --detach --replicas 0 --name old bb >/dev/null 2>&1

$ typed_by '{ memory-limit: deny, pids-limit: deny, cpu-shares: { action: deny, accept: [cpus] } }' docker service create --detach --replicas 0 bb
docker service create --detach --replicas 0 --limit-memory 256m --limit-cpu 1 --limit-pids 100 bb

$ typed_by '{ read-only-rootfs: deny, restart-policy: deny }' docker service create --detach --replicas 0 bb
docker service create --detach --replicas 0 --read-only --mount type=tmpfs,target=/tmp --restart-condition on-failure --restart-max-attempts 5 bb

$ typed_by '{ restart-policy: deny }' docker service create --detach --replicas 0 --restart-condition on-failure --restart-max-attempts 50 bb
docker service create --detach --replicas 0 --restart-condition on-failure --restart-max-attempts 5 bb

$ typed_by '{ capabilities: { action: deny, require_drop: [ALL] } }' docker service create --detach --replicas 0 --cap-add SYS_ADMIN bb
docker service create --detach --replicas 0 --cap-drop ALL bb

$ typed_by '{ sensitive-mounts: deny, docker-socket: deny }' docker service create --detach --replicas 0 --mount type=bind,source=/etc,target=/host --mount type=bind,source=/var/run/docker.sock,target=/s bb
docker service create --detach --replicas 0 bb

$ typed_by '{ sensitive-mounts: { action: deny, allow: [{ path: /etc/hosts, read_only: true }] } }' docker service create --detach --replicas 0 --mount type=bind,source=/etc/hosts,target=/hosts bb
docker service create --detach --replicas 0 --mount type=bind,source=/etc/hosts,target=/hosts,readonly bb

$ typed_by '{ mount-propagation: deny }' docker service create --detach --replicas 0 --mount type=bind,source=/srv,target=/srv,bind-propagation=rshared bb
docker service create --detach --replicas 0 --mount type=bind,source=/srv,target=/srv bb

$ typed_by '{ privileged-ports: deny }' docker service create --detach --replicas 0 --publish 80:80 bb
docker service create --detach --replicas 0 --publish 8080:80 bb

$ typed_by '{ host-interface: deny }' docker service create --detach --replicas 0 --publish 8080:80 bb
docker service create --detach --replicas 0 bb

$ typed_by '{ container-user: { action: deny, require: true }, group-add: { action: deny, deny: ["0"] } }' docker service create --detach --replicas 0 --user root --group 0 bb
docker service create --detach --replicas 0 --user 1000:1000 bb

$ typed_by '{ health-check: { action: deny, require: true } }' docker service create --detach --replicas 0 bb
docker service create --detach --replicas 0 --health-cmd COMMAND bb

$ typed_by '{ ulimits: deny, sysctls: deny }' docker service create --detach --replicas 0 --ulimit nofile=100:200 --sysctl net.ipv4.ip_forward=1 bb
docker service create --detach --replicas 0 bb

$ typed_by '{ log-driver: deny }' docker service create --detach --replicas 0 --log-driver none bb
docker service create --detach --replicas 0 bb

$ typed_by '{ container-sprawl: { action: deny, max: 2 } }' docker service create --detach --replicas 3 --restart-condition none bb
docker service create --detach --restart-condition none --replicas 2 bb

$ typed_by '{ memory-limit: deny, read-only-rootfs: deny }' docker service update --detach --env-add A=b old
docker service update --detach --env-add A=b --limit-memory 256m --read-only --mount-add type=tmpfs,target=/tmp old

# This client speaks API 1.41: no-new-privileges of a service counts from 1.44 on, and docker service has no option for it.
$ printf 'version: 1\nprofile: level1\n' >"$PRIVATE/policy.yaml"; plugin_stop; plugin_start --policy "$PRIVATE/policy.yaml"; docker service create --name web bb
Error response from daemon: authorization denied by plugin cis-authz: policy level1 denies service.create of "web":
  4.1   container-user     TaskTemplate.ContainerSpec.User names nobody, and
        the image may say root. Add --user 1000:1000. (policy: container-user
        require)
  5.10  memory-limit       TaskTemplate.Resources.Limits.MemoryBytes is not
        given, so there is no limit. Add --limit-memory 256m.
  5.11  cpu-shares         TaskTemplate.Resources.Limits.NanoCPUs is not given,
        so the container may take all processors. Nothing said of a service
        complies, since its tasks have no CPU shares; with `cpus` among what
        the policy accepts a limit of processors would. (policy: cpu-shares
        accept)
  5.12  read-only-rootfs   TaskTemplate.ContainerSpec.ReadOnly is not true, so
        the container may write anywhere in its root file system. Add
        --read-only --mount type=tmpfs,target=/tmp. What it must write can go
        to a tmpfs or a volume.
  5.14  restart-policy     TaskTemplate.RestartPolicy.Condition is not given,
        so tasks are started again without end. Add --restart-condition
        on-failure --restart-max-attempts 5. (policy: restart-policy allow)
  5.25  no-new-privileges
        TaskTemplate.ContainerSpec.Privileges.NoNewPrivileges is not set, and
        neither docker service nor a stack file can say it. Set it by API 1.44
        or later. With no-new-privileges in daemon.json the policy need not
        require it. (policy: no-new-privileges require)
  no option settles cpu-shares, no-new-privileges; for the others: docker
       service create with --user 1000:1000 --limit-memory 256m --read-only
       --mount type=tmpfs,target=/tmp --restart-condition on-failure
       --restart-max-attempts 5
decision ID; more: cis-authz explain 4.1
[1]

$ printf 'version: "3.8"\nservices:\n  web:\n    image: bb\n' >"$PRIVATE/stack.yml"; docker stack deploy --compose-file "$PRIVATE/stack.yml" shop 2>&1 | grep -v '^Creating'
failed to create service shop_web: Error response from daemon: authorization denied by plugin cis-authz: policy level1 denies service.create of "shop_web":
  4.1   container-user     TaskTemplate.ContainerSpec.User names nobody, and
        the image may say root. Add user: "1000:1000". (policy: container-user
        require)
  5.10  memory-limit       TaskTemplate.Resources.Limits.MemoryBytes is not
        given, so there is no limit. Add deploy.resources.limits.memory: 256m.
  5.11  cpu-shares         TaskTemplate.Resources.Limits.NanoCPUs is not given,
        so the container may take all processors. Nothing said of a service
        complies, since its tasks have no CPU shares; with `cpus` among what
        the policy accepts a limit of processors would. (policy: cpu-shares
        accept)
  5.12  read-only-rootfs   TaskTemplate.ContainerSpec.ReadOnly is not true, so
        the container may write anywhere in its root file system. Add
        read_only: true and tmpfs: [/tmp]. What it must write can go to a tmpfs
        or a volume.
  5.14  restart-policy     TaskTemplate.RestartPolicy.Condition is not given,
        so tasks are started again without end. Add deploy.restart_policy:
        {condition: on-failure, max_attempts: 5}. (policy: restart-policy
        allow)
  5.25  no-new-privileges
        TaskTemplate.ContainerSpec.Privileges.NoNewPrivileges is not set, and
        neither docker service nor a stack file can say it. Set it by API 1.44
        or later. With no-new-privileges in daemon.json the policy need not
        require it. (policy: no-new-privileges require)
  no key settles cpu-shares, no-new-privileges; for the others: stack file with
       user: "1000:1000", deploy.resources.limits.memory: 256m, read_only:
       true, tmpfs: [/tmp], deploy.restart_policy: {condition: on-failure,
       max_attempts: 5}
decision ID; more: cis-authz explain 4.1

$ plugin_stop; plugin_start; docker swarm leave --force >/dev/null
