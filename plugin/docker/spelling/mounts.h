/*
 * mounts.h - every way to mount, in one form.
 *
 * A Binds entry, a Mounts entry, a volume's driver options, inline or in a volume made earlier:
 * each ends as struct mount of the intent. What could be a host path is taken for one.
 */
#pragma once

#include "policy/field.h"
#include "policy/intent.h"
#include "json/gojson.h"

struct mount_spec { /* HostConfig.Mounts[], ContainerSpec.Mounts[] (moby api/types/mount) */
	struct field_text type, source, target, propagation;
	struct volume volume; /* VolumeOptions.DriverConfig */
	struct field_bool read_only;
	const struct place *at;
};

extern const struct gojson_type mount_spec_type;

/* Each adds to in->mounts. 0; -ENOMEM; BAD_INPUT for more host paths than any request needs. */
int mounts_add_bind(struct intent *in, const struct text *bind);
int mounts_add_host_path(struct intent *in, struct slice path,
			 const struct place *at); /* writable */
int mounts_add_spec(struct intent *in, const struct mount_spec *spec);

/*
 * A swarm expands Go's templates in the sources of mounts and the values of drivers' options on the
 * node that runs the task, after its own checks (swarmkit template/expand.go; moby
 * daemon/cluster/executor/container: setTask). One that could come to a path of the host, or change
 * what the options mean, makes the request unread. The source of a volume remains a name: the local
 * driver refuses one with a slash (moby volume/local: validateName). 0 or -ENOMEM.
 */
int mounts_refuse_templates(struct intent *in, const struct mount_spec *spec);

/* Sets `path` and `leads`. 0 or -ENOMEM. */
int mounts_find_device(struct intent *in, struct slice path, struct device *ret);

/* A volume with a driver or options of its own: also one of in->volumes. */
int mounts_add_volume(struct intent *in, const struct volume *volume);
