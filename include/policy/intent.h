/*
 * intent.h - what a request would bring about, whatever door it comes through.
 *
 * A host path can enter a container by Binds, Mounts, an inline volume or a volume made before; a
 * host namespace by create or build. The decoders under plugin/docker turn every door into this one
 * form, and rules see nothing else. A plain value; everything it points to lives in the request's
 * arena.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/slice.h"
#include "policy/field.h"
#include "policy/op.h"
#include "policy/reading.h"

/* What an intent speaks of; a rule runs when it judges any of these. */
enum subject {
	SUBJECT_CALL = 1 << 0,       /* every request, also one whose body could not be read */
	SUBJECT_CONTAINER = 1 << 1,  /* a container, or a service's tasks, would be made */
	SUBJECT_NAMESPACES = 1 << 2, /* something would run in namespaces that the caller picks */
	SUBJECT_MOUNTS = 1 << 3,     /* paths or volumes would be mounted, or made ready for it */
	SUBJECT_LIMITS = 1 << 4,     /* resource limits would be set, or changed later */
	SUBJECT_EXEC = 1 << 5,       /* a process would be started in a running container */
	SUBJECT_VOLUME = 1 << 6,     /* a volume would be made, or picked with options of its own */
	SUBJECT_BUILD = 1 << 7,      /* an image would be built, or a channel opened to a builder */
	SUBJECT_PLUGIN = 1 << 8, /* a plugin of the engine would be installed, changed or stopped */
	SUBJECT_SWARM = 1 << 9,  /* the host's or the cluster's part in a swarm would change */
	SUBJECT_NETWORK = 1 << 10,      /* a network would be made */
	SUBJECT_IMAGE = 1 << 11,        /* an image would be run, fetched, sent, or given a name */
	SUBJECT_IMAGE_CONFIG = 1 << 12, /* what containers inherit from an image would be set */
	SUBJECT_ROLLBACK = 1 << 13,     /* a service would get a spec that the request lacks */
	SUBJECT_FETCH = 1 << 14,        /* the daemon would connect to where the caller says */
	SUBJECT_OBJECT = 1 << 15, /* what is there already would be changed, stopped or entered */
};

/* What of the things that a request names a rule may want to know. */
enum sight_kind {
	SIGHT_IMAGE = 1 << 0, /* the image that a container would be made of */
};

/* What became of looking. */
enum sight {
	SIGHT_UNSEEN, /* nobody asked, or nobody could say */
	SIGHT_ABSENT, /* there is no such thing yet */
	SIGHT_SEEN,
};

struct caller {
	struct slice user; /* common name of the TLS client certificate; empty on the unix socket */
	struct slice authn; /* "TLS" or empty */
};

struct api_version {
	bool given;
	unsigned major, minor;
};

struct device {
	struct slice path;  /* on the host; cleaned */
	struct slice leads; /* where ".." behind links ends; "(unknown)"; empty without ".." */
	struct slice permissions;
	const struct place *at;
};

struct devices {
	const struct device *items;
	size_t count;
};

/* Devices that a driver of the engine picks: GPUs, and what the host describes by CDI. */
struct device_request {
	struct slice driver; /* "nvidia", "cdi"; empty: the first that can */
	struct field_texts
		capabilities;   /* of all sets, of which one must do; "" for an empty set */
	struct field_texts ids; /* "0", "GPU-3a23", and to the driver cdi "nvidia.com/gpu=all" */
	const struct place *at;
};

struct device_requests {
	const struct device_request *items;
	size_t count;
};

struct ulimit {
	struct slice name;
	int64_t soft, hard;
	const struct place *at;
};

struct ulimits {
	const struct ulimit *items;
	size_t count;
};

/* One published port: -p [host_ip:]host_port:container_port. Ports are text here, as the daemon
 * takes them. */
struct published_port {
	struct slice container_port; /* "80/tcp" */
	struct slice host_ip, host_port;
	const struct place *at;
};

struct published_ports {
	const struct published_port *items;
	size_t count;
};

enum seccomp_kind { SECCOMP_DEFAULT, SECCOMP_UNCONFINED, SECCOMP_CUSTOM };

/* The filter for system calls. What follows `kind` speaks of a custom profile only. */
struct seccomp {
	enum seccomp_kind kind;
	bool too_long;               /* so long that it is not looked into; no sha256 then */
	bool unreadable;             /* the engine would not take it, or not as we do */
	bool allows_unnamed;         /* a call that it does not name passes */
	const struct slice *allowed; /* calls that pass, but not under the engine's own profile */
	size_t count;
	struct slice sha256; /* of the profile without the blanks between its words; hex digits */
	const struct place *at;
};

/* SecurityOpt, taken apart: what takes effect in the end. */
struct security {
	struct field_text apparmor;        /* a profile's name, or "unconfined" */
	struct field_text seccomp_profile; /* "unconfined", "builtin", or JSON */
	struct seccomp seccomp;            /* what that says */
	struct field_text label_type, label_level, label_other;
	struct field_bool label_disabled;
	struct field_bool no_new_privileges, writable_cgroups;
};

/* A container to be made, a service's tasks, or what an update changes of one. Named as in
 * HostConfig. */
struct container {
	struct field_text name, image, user, working_dir;
	struct field_text platform; /* of several that the image may be there for */
	struct field_texts command, entrypoint;
	struct field_texts health_test;
	struct field_texts exposed_ports; /* "22/tcp" */

	struct field_bool privileged, read_only_rootfs, publish_all_ports;
	struct field_texts cap_add, cap_drop;
	struct field_texts exact_capabilities; /* HostConfig.Capabilities of API 1.40 */
	struct field_texts security_opt;       /* as given; a service's options in the same words */
	struct security security;
	struct field_texts masked_paths, readonly_paths, group_add;

	struct field_text network_mode, pid_mode, ipc_mode, uts_mode, userns_mode, cgroupns_mode;
	struct field_texts networks; /* joined besides network_mode, by name or ID */
	struct field_text cgroup, cgroup_parent, runtime;
	struct field_pairs sysctls, annotations;

	struct devices devices;
	struct device_requests device_requests;
	struct field_texts device_cgroup_rules;
	struct field_texts volumes_from;
	struct field_text volume_driver; /* of the volumes that Binds name */

	struct field_int memory, memory_swap; /* bytes; the second counts both together */
	struct field_int swap;                /* bytes; a service's word, beside the memory */
	struct field_int cpu_shares, nano_cpus, cpu_quota,
		cpu_period; /* quota and period in microseconds */
	struct field_int pids_limit, oom_score_adj;
	struct field_bool oom_kill_disable;
	struct ulimits ulimits;
	struct field_pairs storage_opt;

	struct field_text log_driver;
	struct field_pairs log_options;       /* hold tokens: no message may quote a value */
	struct field_int replicas, job_tasks; /* of a service: how many containers at once */
	struct field_text restart_policy;
	struct field_int restart_retries;
	struct published_ports ports;
};

struct exec {
	struct field_bool privileged;
	struct field_text user, working_dir;
	struct field_texts command;
};

enum mount_kind {
	MOUNT_HOST_PATH, /* a file or directory of the host */
	MOUNT_VOLUME,    /* a volume by name, whose options were set when it was made */
	MOUNT_OTHER,     /* tmpfs, an image: nothing of the host */
};

struct mount {
	enum mount_kind kind;
	struct slice source; /* as the caller wrote it: a host path or a volume's name */
	struct slice target; /* in the container, as written; empty where nothing says it */
	struct slice clean;  /* MOUNT_HOST_PATH: cleaned as text */
	struct slice way; /* MOUNT_HOST_PATH: what is walked, absolute: `clean`, unless the kernel
			   * is given the text itself and takes ".." after links */
	struct slice
		resolved; /* MOUNT_HOST_PATH: symbolic links followed; empty when `unresolved` */
	int unresolved;   /* 0, or the -Exxx that stopped us from following them */
	bool read_only;
	bool by_volume; /* an option of a volume names it, and the engine mounts it there */
	bool relabels;  /* the engine would give the host's files an SELinux label of a container's
			 */
	struct slice propagation; /* "rshared"; empty for the engine's default, which is private */
	const struct place *at;
};

struct mounts {
	const struct mount *items;
	size_t count;
};

/* A volume's driver and its options, wherever they were given. */
struct volume {
	struct field_text driver;
	struct field_pairs options;
	bool reaches_host; /* some option names a path of the host, which is one of the mounts, or
			    * a file system of its kernel */
	bool plain_bind;   /* nothing but a bind of an absolute path, as -v would make it */
};

struct volumes {
	const struct volume *items;
	size_t count;
};

enum image_use {
	IMAGE_RUN,   /* a container or task would run it */
	IMAGE_FETCH, /* it would be brought here */
	IMAGE_NAME,  /* something local would be given this name */
	IMAGE_PUSH,  /* it would be sent to its registry; no tag means every one */
};

/* A reference to an image, in the engine's normal form. */
struct image {
	enum image_use use;
	struct slice given;    /* as the caller wrote it */
	struct slice registry; /* "docker.io", in lower case; empty for an ID */
	struct slice name; /* registry and repository: "docker.io/library/nginx"; empty for an ID */
	struct slice tag;  /* "latest" where neither tag nor digest is given */
	struct slice digest; /* "sha256:..." */
	bool tag_implied, is_id;
	bool may_be_id; /* IMAGE_RUN: a name, or the beginning of an ID where no such name is */
	bool floats;   /* IMAGE_FETCH: nothing runs by this name, so it owes no version: layers that
			  a build may take, a look into a registry */
	bool insecure; /* the caller says that nobody asks for the registry's certificate */
	const struct place *at;
};

struct images {
	const struct image *items;
	size_t count;
};

/* The image that the container would be made of, as it was when the daemon was asked. What it gives
 * a container is in the container. */
struct seen_image {
	enum sight sight;
	struct slice id; /* "sha256:..." */
	struct field_texts
		repo_digests;     /* "nginx@sha256:...": where it was pulled from, or pushed */
	struct field_texts ports; /* "22/tcp" */
};

struct build {
	struct field_text remote; /* a context that the daemon fetches by itself */
	struct field_texts extra_hosts;
	bool no_cache, pull;
};

enum fetch_kind {
	FETCH_URL,      /* anything that the URL gives */
	FETCH_REGISTRY, /* what a registry says of itself, without a pull */
};

/* Where the daemon would connect to, besides for images and plugins, which say it themselves. */
struct fetch {
	enum fetch_kind kind;
	struct slice given;   /* as the caller wrote it */
	struct slice host;    /* in lower case, without user, port and brackets; may be empty */
	struct slice at_port; /* the same with the port, where one is given, and with brackets */
	const struct place *at;
};

struct fetches {
	const struct fetch *items;
	size_t count;
};

struct plugin {
	struct field_text name;        /* what it would be called; also in a service */
	struct field_text remote;      /* where it comes from */
	struct slice registry;         /* the registry of that; "docker.io" */
	struct field_texts privileges; /* the names of what it is granted */
};

/* What a service's update says beside the spec in its body. */
struct service_update {
	struct field_text rollback; /* "previous": the spec before the one in force comes back */
};

struct network {
	struct field_text driver;
	struct field_pairs options;
	struct field_text config_from; /* the network whose options it takes over */
	struct field_text container;   /* that is connected, or taken off it */
};

/* Who signs the certificates of the swarm's nodes, where the caller says so himself. */
struct swarm {
	struct field_text signing_cert, signing_key;
	const struct place *external_ca; /* of the first that is given; NULL without */
};

/* What is there already and would be changed, stopped or entered; `object` names it. */
enum object_kind { OBJECT_NONE, OBJECT_CONTAINER, OBJECT_SERVICE };

/* Paths of this host that the process which judges lives by: its program, policy, socket, log.
 * Absolute, clean, and in both spellings where a link leads to one. */
struct own_paths {
	const struct slice *items;
	size_t count;
	size_t logs;            /* of these the last ones, which only tell what was decided */
	bool without_selinux;   /* this host's kernel runs without it, until it boots anew */
	struct slice container; /* the ID of the container that it runs in; empty outside of any */
};

struct intent {
	struct arena *arena;
	struct reading reading; /* what could not be read, and unknown fields */
	unsigned subjects;

	unsigned host_paths;      /* among the mounts */
	struct host_steps *steps; /* left to the paths of this request; NULL until there is one */
	const struct own_paths *own; /* NULL where none is to be guarded: recordings, tests */

	enum op op;
	struct caller caller;
	struct slice method, target; /* as the daemon got them, never decoded */
	struct slice object;      /* the container, volume, ... that the path names; may be empty */
	enum object_kind changes; /* SUBJECT_OBJECT: what `object` is */
	struct api_version api;

	struct container container;
	struct seen_image image;
	struct exec exec;
	struct mounts mounts;
	struct images images;
	const struct image *tagged; /* image.tag: what gets another name; NULL elsewhere */
	struct volumes volumes;
	struct build build;
	struct fetches fetches;
	struct plugin plugin;
	struct network network;
	struct service_update service;
	struct swarm swarm;
};
