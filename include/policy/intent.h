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
	struct slice path; /* on the host; cleaned */
	struct slice permissions;
	const struct place *at;
};

struct devices {
	const struct device *items;
	size_t count;
};

struct container {
	struct field_text name, image;
	struct field_bool privileged;
	struct field_texts networks; /* joined besides network_mode, by name */
	struct field_text network_mode, pid_mode, ipc_mode, uts_mode, userns_mode;
	struct field_texts cap_add, cap_drop;
	struct field_texts exact_capabilities; /* HostConfig.Capabilities of API 1.40 */
	struct devices devices;
	struct field_texts device_cgroup_rules;
	struct devices
		device_requests; /* GPUs and CDI devices: path is the driver's or device's name */
};

struct exec {
	struct field_bool privileged;
	struct field_text user;
};

enum mount_kind {
	MOUNT_HOST_PATH, /* a file or directory of the host */
	MOUNT_VOLUME,    /* a volume by name, whose options were set when it was made */
	MOUNT_OTHER,     /* tmpfs, an image: nothing of the host */
};

struct mount {
	enum mount_kind kind;
	struct slice source; /* as the caller wrote it: a host path or a volume's name */
	struct slice clean;  /* MOUNT_HOST_PATH: cleaned as text */
	struct slice
		resolved; /* MOUNT_HOST_PATH: symbolic links followed; empty when `unresolved` */
	int unresolved;   /* 0, or the -Exxx that stopped us from following them */
	bool read_only;
	const struct place *at;
};

struct mounts {
	const struct mount *items;
	size_t count;
};

struct intent {
	struct arena *arena;
	struct reading reading; /* what could not be read, and unknown fields */
	unsigned subjects;

	enum op op;
	struct caller caller;
	struct slice method, target; /* as the daemon got them, never decoded */
	struct slice object; /* the container, volume, ... that the path names; may be empty */
	struct api_version api;

	struct container container;
	struct exec exec;
	struct mounts mounts;
};
