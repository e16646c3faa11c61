/*
 * host-config.c - moby's api/types/container, field by field.
 *
 * Each table is sorted by name with letter case ignored (a test holds it to that). A field that no
 * rule needs says why; a field in no table is unknown-field's business.
 */
#include "docker/object/host-config.h"

#include "docker/spelling/mounts.h"

#define INTO(member)    offsetof(struct container_body, member)
#define FIELD(member)   INTO(container.member)
#define IGNORED(reason) GO_IGNORED, 0, NULL, reason
#define HIDES(what)     NULL, NULL, HIDES_##what

static const struct gojson_field device_fields[] = {
	{ "CgroupPermissions", GO_STRING, offsetof(struct device_spec, permissions) },
	{ "PathInContainer",
	  IGNORED("where it appears inside changes nothing about what it gives") },
	{ "PathOnHost", GO_STRING, offsetof(struct device_spec, path) },
};
static const struct gojson_type device_type = {
	GOJSON_TYPE(device_fields, struct device_spec),
	.keeps_at = true,
	.at_offset = offsetof(struct device_spec, at),
};

static const struct gojson_field device_request_fields[] = {
	{ "Capabilities", GO_STRING_LISTS, offsetof(struct device_request_spec, capabilities) },
	{ "Count", IGNORED("one device is as much of a finding as eight") },
	{ "DeviceIDs", GO_STRINGS, offsetof(struct device_request_spec, ids) },
	{ "Driver", GO_STRING, offsetof(struct device_request_spec, driver) },
	{ "Options", IGNORED("no driver that the engine has reads them") },
};
static const struct gojson_type device_request_type = {
	GOJSON_TYPE(device_request_fields, struct device_request_spec),
	.keeps_at = true,
	.at_offset = offsetof(struct device_request_spec, at),
};

static const struct gojson_field ulimit_fields[] = {
	{ "Hard", GO_INT, offsetof(struct ulimit_spec, hard) },
	{ "Name", GO_STRING, offsetof(struct ulimit_spec, name) },
	{ "Soft", GO_INT, offsetof(struct ulimit_spec, soft) },
};
const struct gojson_type container_ulimit_type = {
	GOJSON_TYPE(ulimit_fields, struct ulimit_spec),
	.keeps_at = true,
	.at_offset = offsetof(struct ulimit_spec, at),
};

static const struct gojson_field port_fields[] = {
	{ "HostIp", GO_STRING, offsetof(struct port_spec, host_ip) },
	{ "HostPort", GO_STRING, offsetof(struct port_spec, host_port) },
};
static const struct gojson_type port_type = {
	GOJSON_TYPE(port_fields, struct port_spec),
	.keeps_at = true,
	.at_offset = offsetof(struct port_spec, at),
};

static const struct gojson_field log_fields[] = {
	{ "Config", GO_STRING_MAP, FIELD(log_options), HIDES(OPTIONS) },
	{ "Type", GO_STRING, FIELD(log_driver) },
};
static const struct gojson_type log_type = { GOJSON_TYPE(log_fields, struct container_body) };

static const struct gojson_field restart_fields[] = {
	{ "MaximumRetryCount", GO_INT, FIELD(restart_retries) },
	{ "Name", GO_STRING, FIELD(restart_policy) },
};
static const struct gojson_type restart_type = { GOJSON_TYPE(restart_fields,
							     struct container_body) };

/* container.Resources, which HostConfig and UpdateConfig embed. */
static const struct gojson_field resources_fields[] = {
	{ "BlkioDeviceReadBps", IGNORED("a share of disk bandwidth, bounded by the disk") },
	{ "BlkioDeviceReadIOps", IGNORED("a share of disk bandwidth, bounded by the disk") },
	{ "BlkioDeviceWriteBps", IGNORED("a share of disk bandwidth, bounded by the disk") },
	{ "BlkioDeviceWriteIOps", IGNORED("a share of disk bandwidth, bounded by the disk") },
	{ "BlkioWeight", IGNORED("a share of disk bandwidth, bounded by the disk") },
	{ "BlkioWeightDevice", IGNORED("a share of disk bandwidth, bounded by the disk") },
	{ "CgroupParent", GO_STRING, FIELD(cgroup_parent) },
	{ "CpuCount", IGNORED("Windows only") },
	{ "CpuPercent", IGNORED("Windows only") },
	{ "CpuPeriod", GO_INT, FIELD(cpu_period) },
	{ "CpuQuota", GO_INT, FIELD(cpu_quota) },
	{ "CpuRealtimePeriod", IGNORED("real-time scheduling needs the daemon's own consent") },
	{ "CpuRealtimeRuntime", IGNORED("real-time scheduling needs the daemon's own consent") },
	{ "CpusetCpus", IGNORED("picks processors; how much of them is judged elsewhere") },
	{ "CpusetMems", IGNORED("picks memory nodes; how much of them is judged elsewhere") },
	{ "CpuShares", GO_INT, FIELD(cpu_shares) },
	{ "DeviceCgroupRules", GO_STRINGS, FIELD(device_cgroup_rules) },
	{ "DeviceRequests", GO_STRUCTS, INTO(device_requests), &device_request_type },
	{ "Devices", GO_STRUCTS, INTO(devices), &device_type },
	{ "DiskQuota", IGNORED("Windows only") },
	{ "IOMaximumBandwidth", IGNORED("Windows only") },
	{ "IOMaximumIOps", IGNORED("Windows only") },
	{ "KernelMemory", IGNORED("a part of the memory that is judged as a whole") },
	{ "KernelMemoryTCP", IGNORED("a part of the memory that is judged as a whole") },
	{ "Memory", GO_INT, FIELD(memory) },
	{ "MemoryReservation", IGNORED("a soft limit; the hard one is judged") },
	{ "MemorySwap", GO_INT, FIELD(memory_swap) },
	{ "MemorySwappiness", IGNORED("when to swap, not how much") },
	{ "NanoCpus", GO_INT, FIELD(nano_cpus) },
	{ "OomKillDisable", GO_BOOL, FIELD(oom_kill_disable) },
	{ "PidsLimit", GO_INT, FIELD(pids_limit) },
	{ "Ulimits", GO_STRUCTS, INTO(ulimits), &container_ulimit_type },
};
static const struct gojson_type resources_type = { GOJSON_TYPE(resources_fields,
							       struct container_body) };

static const struct gojson_field host_fields[] = {
	{ "Annotations", GO_STRING_MAP, FIELD(annotations), HIDES(TEXT) },
	{ "AutoRemove", IGNORED("removes the container when it ends") },
	{ "Binds", GO_STRINGS, INTO(binds) },
	{ "Capabilities", GO_WORDS, FIELD(exact_capabilities) },
	{ "CapAdd", GO_WORDS, FIELD(cap_add) },
	{ "CapDrop", GO_WORDS, FIELD(cap_drop) },
	{ "Cgroup", GO_STRING, FIELD(cgroup) },
	{ "CgroupnsMode", GO_STRING, FIELD(cgroupns_mode) },
	{ "ConsoleSize", IGNORED("the size of a terminal") },
	{ "ContainerIDFile", IGNORED("a file that the client writes, not the daemon") },
	{ "Dns", IGNORED("which name server the container asks") },
	{ "DnsOptions", IGNORED("how the container's resolver asks") },
	{ "DnsSearch", IGNORED("how the container's resolver completes names") },
	{ "ExtraHosts", IGNORED("lines of the container's own hosts file") },
	{ "GroupAdd", GO_STRINGS, FIELD(group_add) },
	{ "Init", IGNORED("a small init inside the container") },
	{ "IpcMode", GO_STRING, FIELD(ipc_mode) },
	{ "Isolation", IGNORED("Windows only; Linux takes the default alone") },
	{ "Links", IGNORED("lines of the container's own hosts file") },
	{ "LogConfig", GO_STRUCT, 0, &log_type },
	{ "MaskedPaths", GO_OVERRIDE, FIELD(masked_paths) },
	{ "Mounts", GO_STRUCTS, INTO(mounts), &mount_spec_type },
	{ "NetworkMode", GO_STRING, FIELD(network_mode) },
	{ "OomScoreAdj", GO_INT, FIELD(oom_score_adj) },
	{ "PidMode", GO_STRING, FIELD(pid_mode) },
	{ "PortBindings", GO_STRUCTS_MAP, INTO(ports), &port_type },
	{ "Privileged", GO_BOOL, FIELD(privileged) },
	{ "PublishAllPorts", GO_BOOL, FIELD(publish_all_ports) },
	{ "ReadonlyPaths", GO_OVERRIDE, FIELD(readonly_paths) },
	{ "ReadonlyRootfs", GO_BOOL, FIELD(read_only_rootfs) },
	{ "RestartPolicy", GO_STRUCT, 0, &restart_type },
	{ "Runtime", GO_STRING, FIELD(runtime) },
	{ "SecurityOpt", GO_STRINGS, FIELD(security_opt) },
	{ "ShmSize", IGNORED("shared memory of the container's own, counted as its memory") },
	{ "StorageOpt", GO_STRING_MAP, FIELD(storage_opt) },
	{ "Sysctls", GO_STRING_MAP, FIELD(sysctls), HIDES(TEXT) },
	{ "Tmpfs", IGNORED("memory of the container's own") },
	{ "UsernsMode", GO_STRING, FIELD(userns_mode) },
	{ "UTSMode", GO_STRING, FIELD(uts_mode) },
	{ "VolumeDriver", GO_STRING, FIELD(volume_driver) },
	{ "VolumesFrom", GO_STRINGS, FIELD(volumes_from) },
};
static const struct gojson_type host_type = {
	GOJSON_TYPE(host_fields, struct container_body),
	.embedded = &resources_type,
};

static const struct gojson_field endpoint_fields[] = {
	{ "Aliases", IGNORED("names on a network that the container may join anyway") },
	{ "DNSNames", IGNORED("names on a network that the container may join anyway") },
	{ "DriverOpts", IGNORED("settings of one interface inside the container") },
	{ "EndpointID", IGNORED("set by the daemon") },
	{ "Gateway", IGNORED("set by the daemon") },
	{ "GlobalIPv6Address", IGNORED("set by the daemon") },
	{ "GlobalIPv6PrefixLen", IGNORED("set by the daemon") },
	{ "GwPriority", IGNORED("which of its networks the container's default route takes") },
	{ "IPAddress", IGNORED("set by the daemon") },
	{ "IPAMConfig", IGNORED("an address within a network that the container may join anyway") },
	{ "IPPrefixLen", IGNORED("set by the daemon") },
	{ "IPv6Gateway", IGNORED("set by the daemon") },
	{ "Links", IGNORED("names on a network that the container may join anyway") },
	{ "MacAddress", IGNORED("of one interface inside the container") },
	{ "NetworkID", GO_STRING, offsetof(struct endpoint_spec, network_id) },
};
const struct gojson_type container_endpoint_type = {
	GOJSON_TYPE(endpoint_fields, struct endpoint_spec),
	.keeps_at = true,
	.at_offset = offsetof(struct endpoint_spec, at),
};

static const struct gojson_field networking_fields[] = {
	{ "EndpointsConfig", GO_STRUCT_MAP, INTO(endpoints), &container_endpoint_type },
};
static const struct gojson_type networking_type = { GOJSON_TYPE(networking_fields,
								struct container_body) };

static const struct gojson_field health_fields[] = {
	{ "Interval", IGNORED("how often; that there is a check is judged") },
	{ "Retries", IGNORED("how often; that there is a check is judged") },
	{ "StartInterval", IGNORED("how often; that there is a check is judged") },
	{ "StartPeriod", IGNORED("how often; that there is a check is judged") },
	{ "Test", GO_STRINGS, FIELD(health_test), HIDES(ARGUMENTS) },
	{ "Timeout", IGNORED("how long; that there is a check is judged") },
};
const struct gojson_type container_health_type = { GOJSON_TYPE(health_fields,
							       struct container_body) };

/* map[port]struct{}: the keys are all there is. */
static const struct gojson_type exposed_port_type = { .size = sizeof(struct exposed_port_spec) };

static const struct gojson_field config_fields[] = {
	{ "ArgsEscaped", IGNORED("Windows only") },
	{ "AttachStderr", IGNORED("which streams the client wants") },
	{ "AttachStdin", IGNORED("which streams the client wants") },
	{ "AttachStdout", IGNORED("which streams the client wants") },
	{ "Cmd", GO_WORDS, FIELD(command), HIDES(ARGUMENTS) },
	{ "Domainname", IGNORED("a name inside the container") },
	{ "Entrypoint", GO_WORDS, FIELD(entrypoint), HIDES(ARGUMENTS) },
	{ "Env", IGNORED("may hold secrets, so it is not even copied") },
	{ "ExposedPorts", GO_STRUCT_MAP, INTO(exposed_ports), &exposed_port_type },
	{ "Healthcheck", GO_STRUCT, 0, &container_health_type },
	{ "Hostname", IGNORED("a name inside the container") },
	{ "Image", GO_STRING, FIELD(image) },
	{ "Labels", IGNORED("words of the caller's own that the daemon does not act on") },
	{ "MacAddress", IGNORED("of one interface inside the container") },
	{ "NetworkDisabled", IGNORED("takes network away") },
	{ "OnBuild", IGNORED("matters to a later build, which is judged then") },
	{ "OpenStdin", IGNORED("which streams the client wants") },
	{ "Shell", IGNORED("the shell that a string command is given to, inside the container") },
	{ "StdinOnce", IGNORED("which streams the client wants") },
	{ "StopSignal", IGNORED("how the container is asked to stop") },
	{ "StopTimeout", IGNORED("how long the container may take to stop") },
	{ "Tty", IGNORED("whether there is a terminal") },
	{ "User", GO_STRING, FIELD(user) },
	{ "Volumes",
	  IGNORED("anonymous volumes: a colon in the path is part of it, never a host path") },
	{ "WorkingDir", GO_STRING, FIELD(working_dir) },
};
const struct gojson_type container_config_type = { GOJSON_TYPE(config_fields,
							       struct container_body) };

static const struct gojson_field create_fields[] = {
	{ "Cpuset", IGNORED("picks processors; how much of them is judged elsewhere") },
	{ "HostConfig", GO_STRUCT, 0, &host_type },
	{ "NetworkingConfig", GO_STRUCT, 0, &networking_type },
};

/*
 * Engines before 27 embed, beside Config, a whole HostConfig (runconfig.ContainerConfigWrapper). So
 * does this chain: what stands in none of the two structs before it is looked up there.
 */
static const struct gojson_type create_config_type = {
	GOJSON_TYPE(config_fields, struct container_body),
	.embedded = &host_type,
	.embedded_objection =
		"stands beside HostConfig: engines before 27 obey it there, later ones do not. "
		"Move it into HostConfig.",
};
const struct gojson_type container_create_type = {
	GOJSON_TYPE(create_fields, struct container_body),
	.embedded = &create_config_type,
};

static const struct gojson_field update_fields[] = {
	{ "Init", IGNORED("documented, but no engine changes it in an update") },
	{ "RestartPolicy", GO_STRUCT, 0, &restart_type },
};
const struct gojson_type container_update_type = {
	GOJSON_TYPE(update_fields, struct container_body),
	.embedded = &resources_type,
};
