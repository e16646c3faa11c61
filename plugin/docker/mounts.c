#include "docker/mounts.h"

#include <errno.h>

#include "base/arena.h"
#include "base/host-path.h"
#include "base/path.h"
#include "base/place.h"
#include "policy/intent.h"

#define IGNORED(reason) GO_IGNORED, 0, NULL, reason
#define INTO(member)    offsetof(struct mount_spec, member)

static const struct gojson_field bind_fields[] = {
	{ "CreateMountpoint",
	  IGNORED("makes an empty directory where the judged path is missing") },
	{ "NonRecursive", IGNORED("mounts less, not more") },
	{ "Propagation", GO_STRING, INTO(propagation) },
	{ "ReadOnlyForceRecursive", IGNORED("mounts more strictly") },
	{ "ReadOnlyNonRecursive",
	  IGNORED("what lies below a read-only mount is judged as writable anyway") },
};
static const struct gojson_type bind_type = { GOJSON_TYPE(bind_fields, struct mount_spec) };

static const struct gojson_field driver_fields[] = {
	{ "Name", GO_STRING, INTO(volume.driver) },
	{ "Options", GO_STRING_MAP, INTO(volume.options), NULL, NULL, HIDES_OPTIONS },
};
static const struct gojson_type driver_type = { GOJSON_TYPE(driver_fields, struct mount_spec) };

static const struct gojson_field volume_fields[] = {
	{ "DriverConfig", GO_STRUCT, 0, &driver_type },
	{ "Labels", IGNORED("words of the caller's own that the daemon does not act on") },
	{ "NoCopy", IGNORED("whether a new volume starts with the image's files") },
	{ "Subpath", IGNORED("a part of a volume that is judged as a whole") },
};
static const struct gojson_type volume_type = { GOJSON_TYPE(volume_fields, struct mount_spec) };

static const struct gojson_field mount_fields[] = {
	{ "BindOptions", GO_STRUCT, 0, &bind_type },
	{ "ClusterOptions", IGNORED("none exist yet") },
	{ "Consistency", IGNORED("macOS only") },
	{ "ImageOptions", IGNORED("a part of an image") },
	{ "ReadOnly", GO_BOOL, INTO(read_only) },
	{ "Source", GO_STRING, INTO(source) },
	{ "Target", GO_STRING, INTO(target) },
	{ "TmpfsOptions", IGNORED("memory of the container's own") },
	{ "Type", GO_STRING, INTO(type) },
	{ "VolumeOptions", GO_STRUCT, 0, &volume_type },
};
const struct gojson_type mount_spec_type = {
	GOJSON_TYPE(mount_fields, struct mount_spec),
	.keeps_at = true,
	.at_offset = INTO(at),
};

static int add(struct intent *in, struct mount m)
{
	void *items = (void *) in->mounts.items;
	struct mount *mount = arena_grow(in->arena, &items, in->mounts.count, sizeof(m));

	if (!mount)
		return -ENOMEM;
	*mount = m;
	in->mounts.items = items;
	in->mounts.count++;
	return 0;
}

/* `m` has its source, place and options. */
static int add_host_path(struct intent *in, struct mount m)
{
	int error = path_clean(in->arena, m.source, &m.clean);

	if (error)
		return error;
	m.kind = MOUNT_HOST_PATH;
	m.unresolved = host_path_resolve(in->arena, m.clean, &m.resolved);
	return m.unresolved == -ENOMEM ? -ENOMEM : add(in, m);
}

/* Whether `word` is one of the comma-separated words of `list`. */
static bool lists(struct slice list, struct slice word)
{
	struct slice head;
	bool more = true;

	while (more) {
		more = slice_cut(list, ',', &head, &list);
		if (slice_eq(head, word))
			return true;
	}
	return false;
}

static struct slice propagation_of(struct slice mode)
{
	static const struct slice words[] = {
		{ "shared", 6 }, { "rshared", 7 }, { "slave", 5 },
		{ "rslave", 6 }, { "private", 7 }, { "rprivate", 8 },
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (lists(mode, words[i]))
			return words[i];
	}
	return SLICE("");
}

/*
 * [source:]target[:mode] (moby volume/mounts/linux_parser.go): a source that begins with a slash is
 * a host path, any other a volume's name. No escapes. More parts than three are the daemon's to
 * refuse.
 */
int mounts_add_bind(struct intent *in, const struct text *bind)
{
	struct mount m = { .kind = MOUNT_VOLUME, .at = bind->at };
	struct slice target, mode = SLICE("");

	if (!slice_cut(bind->value, ':', &m.source, &target))
		return add(in, (struct mount){ .kind = MOUNT_VOLUME, .at = bind->at });
	slice_cut(target, ':', &target, &mode);
	m.read_only = lists(mode, SLICE("ro"));
	m.relabels = lists(mode, SLICE("z")) || lists(mode, SLICE("Z"));
	m.propagation = propagation_of(mode);
	return slice_starts(m.source, SLICE("/")) ? add_host_path(in, m) : add(in, m);
}

int mounts_add_host_path(struct intent *in, struct slice path, const struct place *at)
{
	return add_host_path(in, (struct mount){ .source = path, .at = at });
}

int mounts_add_spec(struct intent *in, const struct mount_spec *spec)
{
	bool volume = slice_eq(spec->type.value, SLICE("volume"));
	struct mount m = {
		.kind = volume ? MOUNT_VOLUME : MOUNT_OTHER,
		.source = spec->source.value,
		.read_only = spec->read_only.value,
		.propagation = spec->propagation.value,
		.at = spec->source.at ? spec->source.at : spec->at,
	};
	int error = mounts_add_volume(in, &spec->volume, m.read_only);

	if (error)
		return error;
	/* The daemon refuses an absolute source of any other type; if it came to take one, we are
	 * ready. */
	if (slice_eq(spec->type.value, SLICE("bind")) || slice_starts(m.source, SLICE("/")))
		return add_host_path(in, m);
	return add(in, m);
}

static const struct pair *option(const struct field_pairs *options, struct slice key)
{
	for (size_t i = 0; i < options->count; i++) {
		if (slice_eq(options->items[i].key, key))
			return &options->items[i];
	}
	return NULL;
}

/* The paths within an option such as "lowerdir=/a:/b,upperdir=/c", "credentials=/d" or a bare "/e".
 */
static int add_paths_within(struct intent *in, const struct pair *pair, bool read_only)
{
	struct slice rest = pair->value, word, path;
	bool more_words = true;

	while (more_words) {
		struct slice value;
		bool more_paths = true;

		more_words = slice_cut(rest, ',', &word, &rest);
		if (!slice_cut(word, '=', &path, &value))
			value = word;
		while (more_paths) {
			int error = 0;

			more_paths = slice_cut(value, ':', &path, &value);
			if (slice_starts(path, SLICE("/")))
				error = add_host_path(in, (struct mount){ .source = path,
									  .read_only = read_only,
									  .by_volume = true,
									  .at = pair->at });
			if (error)
				return error;
		}
	}
	return 0;
}

static bool type_is(const struct field_pairs *options, const struct slice *types)
{
	const struct pair *type = option(options, SLICE("type"));

	for (; type && types->len > 0; types++) {
		if (slice_eq(type->value, *types))
			return true;
	}
	return false;
}

static bool is_network_type(const struct field_pairs *options)
{
	static const struct slice types[] = { { "nfs", 3 },  { "nfs4", 4 }, { "cifs", 4 },
					      { "smb3", 4 }, { "ceph", 4 }, { 0 } };

	return type_is(options, types);
}

/* proc, sysfs, debugfs and their like need no device, and show the kernel that all share. */
static bool is_kernel_type(const struct field_pairs *options)
{
	static const struct slice harmless[] = { { "tmpfs", 5 }, { "none", 4 }, { 0 } };
	const struct pair *type = option(options, SLICE("type"));

	return type && type->value.len > 0 && !is_network_type(options) &&
	       !type_is(options, harmless);
}

/*
 * The local driver hands `device`, `type` and `o` to mount(2) (moby volume/local/local_unix.go): a
 * bind, a block device, an overlay of host directories. With "bind" among the options the kernel
 * ignores the type, and takes a relative device from the daemon's working directory, which is the
 * root.
 */
static int add_device(struct intent *in, const struct pair *device,
		      const struct field_pairs *options, bool read_only)
{
	const struct pair *o = option(options, SLICE("o"));
	bool bind = o && (lists(o->value, SLICE("bind")) || lists(o->value, SLICE("rbind")));
	struct slice path = device->value;
	int error;

	if (!bind && (is_network_type(options) || !slice_starts(path, SLICE("/"))))
		return 0;
	if (!slice_starts(path, SLICE("/"))) {
		error = arena_printf(in->arena, &path, "/%.*s", SLICE_ARG(path));
		if (error)
			return error;
	}
	return add_host_path(in, (struct mount){
					 .source = path,
					 .read_only = read_only,
					 .by_volume = true,
					 .propagation = o ? propagation_of(o->value) : SLICE(""),
					 .at = device->at,
				 });
}

static int add_paths(struct intent *in, const struct volume *volume, bool read_only)
{
	const struct field_pairs *options = &volume->options;
	struct slice driver = volume->driver.value;
	bool local = driver.len == 0 || slice_eq(driver, SLICE("local"));

	for (size_t i = 0; i < options->count; i++) {
		const struct pair *pair = &options->items[i];
		int error;

		if (local && slice_eq(pair->key, SLICE("device")))
			error = add_device(in, pair, options, read_only);
		else
			error = add_paths_within(in, pair, read_only);
		if (error)
			return error;
	}
	return 0;
}

int mounts_add_volume(struct intent *in, const struct volume *volume, bool read_only)
{
	void *items = (void *) in->volumes.items;
	struct volume *added;
	size_t mounts = in->mounts.count;
	int error;

	if (volume->driver.value.len == 0 && volume->options.count == 0)
		return 0;
	added = arena_grow(in->arena, &items, in->volumes.count, sizeof(*added));
	if (!added)
		return -ENOMEM;
	*added = *volume;
	in->volumes.items = items;
	in->volumes.count++;
	error = add_paths(in, volume, read_only);
	added->reaches_host = in->mounts.count > mounts || is_kernel_type(&volume->options);
	return error;
}
