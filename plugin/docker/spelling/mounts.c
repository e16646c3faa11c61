#include "docker/spelling/mounts.h"

#include <errno.h>

#include "base/arena.h"
#include "base/array.h"
#include "base/host-path.h"
#include "base/path.h"
#include "base/place.h"
#include "docker/spelling/template.h"
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
	return ARENA_APPEND(in->arena, in->mounts.items, in->mounts.count, m);
}

/* Shared by all paths of the request; made for the first one. */
static struct host_steps *steps_of(struct intent *in)
{
	if (!in->steps) {
		in->steps = arena_alloc(in->arena, 1, sizeof(*in->steps));
		if (in->steps)
			in->steps->left = HOST_STEPS;
	}
	return in->steps;
}

/*
 * More than anybody mounts, and little enough for each to be judged by every rule: entries as short
 * as "/:/a", half a million in a body, would take seconds.
 */
enum { HOST_PATHS_MAX = 1024 };

static int refuse_so_many(struct intent *in, const struct place *at)
{
	return reading_unread(&in->reading, at,
			      "names a path of the host after %d others. Mount fewer: directories "
			      "that hold several, or named volumes.",
			      HOST_PATHS_MAX);
}

/* `m` has all but its kind and where it leads. */
static int add_walked(struct intent *in, struct mount m)
{
	struct host_steps *steps = steps_of(in);

	if (!steps)
		return -ENOMEM;
	if (in->host_paths++ == HOST_PATHS_MAX)
		return refuse_so_many(in, m.at);
	m.kind = MOUNT_HOST_PATH;
	m.unresolved = host_path_resolve(in->arena, m.way, steps, &m.resolved);
	return m.unresolved == -ENOMEM ? -ENOMEM : add(in, m);
}

/* The engine cleans the source of a bind as text (moby volume/mounts/linux_parser.go). */
static int add_bind_path(struct intent *in, struct mount m)
{
	int error = path_clean(in->arena, m.source, &m.clean);

	m.way = m.clean;
	return error ? error : add_walked(in, m);
}

/*
 * What mount(2) is given as it is written. A relative path counts from the daemon's working
 * directory, which is the root.
 */
static int add_raw_path(struct intent *in, struct mount m)
{
	int error = 0;

	m.way = m.source;
	if (!slice_starts(m.source, SLICE("/")))
		error = arena_printf(in->arena, &m.way, "/%.*s", SLICE_ARG(m.source));
	if (!error)
		error = path_clean(in->arena, m.way, &m.clean);
	/* Where nothing is taken back, cleaning changes nothing but the spelling. */
	if (!error && !path_goes_up(m.way))
		m.way = m.clean;
	return error ? error : add_walked(in, m);
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
		SLICE_INIT("shared"), SLICE_INIT("rshared"), SLICE_INIT("slave"),
		SLICE_INIT("rslave"), SLICE_INIT("private"), SLICE_INIT("rprivate"),
	};

	const size_t count = COUNT_OF(words);
	size_t found = count;
	struct slice word;
	bool more = true;

	/* Of several the one that opens most, in one pass: a mode may be long. */
	while (more) {
		more = slice_cut(mode, ',', &word, &mode);
		for (size_t i = 0; i < found && word.len > 0; i++) {
			if (slice_eq(word, words[i]))
				found = i;
		}
	}
	return found < count ? words[found] : SLICE("");
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
	slice_cut(target, ':', &m.target, &mode);
	m.read_only = lists(mode, SLICE("ro"));
	m.relabels = lists(mode, SLICE("z")) || lists(mode, SLICE("Z"));
	m.propagation = propagation_of(mode);
	return slice_starts(m.source, SLICE("/")) ? add_bind_path(in, m) : add(in, m);
}

/* Some engines clean it, and some do not. */
int mounts_add_host_path(struct intent *in, struct slice path, const struct place *at)
{
	return add_raw_path(in, (struct mount){ .source = path, .at = at });
}

int mounts_add_spec(struct intent *in, const struct mount_spec *spec)
{
	bool volume = slice_eq(spec->type.value, SLICE("volume"));
	struct mount m = {
		.kind = volume ? MOUNT_VOLUME : MOUNT_OTHER,
		.source = spec->source.value,
		.target = spec->target.value,
		.read_only = spec->read_only.value,
		.propagation = spec->propagation.value,
		.at = spec->source.at ? spec->source.at : spec->at,
	};
	int error = mounts_add_volume(in, &spec->volume);

	if (error)
		return error;
	/* The daemon refuses an absolute source of any other type; if it came to take one, we are
	 * ready. */
	if (slice_eq(spec->type.value, SLICE("bind")) || slice_starts(m.source, SLICE("/")))
		return add_bind_path(in, m);
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

/*
 * What "ro" and "rw" among the words of `o` come to: the last one counts, and a bind is remounted
 * for it (moby sys/mount). The mount that makes a volume says nothing about it: the next container
 * may mount the same volume writable.
 */
static bool is_read_only(struct slice o)
{
	struct slice word;
	bool more = true, read_only = false;

	while (more) {
		more = slice_cut(o, ',', &word, &o);
		if (slice_eq(word, SLICE("ro")))
			read_only = true;
		else if (slice_eq(word, SLICE("rw")))
			read_only = false;
	}
	return read_only;
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
	static const struct slice types[] = { SLICE_INIT("nfs"),  SLICE_INIT("nfs4"),
					      SLICE_INIT("cifs"), SLICE_INIT("smb3"),
					      SLICE_INIT("ceph"), { 0 } };

	return type_is(options, types);
}

/* proc, sysfs, debugfs and their like need no device, and show the kernel that all share. */
static bool is_kernel_type(const struct field_pairs *options)
{
	static const struct slice harmless[] = { SLICE_INIT("tmpfs"), SLICE_INIT("none"), { 0 } };
	const struct pair *type = option(options, SLICE("type"));

	return type && type->value.len > 0 && !is_network_type(options) &&
	       !type_is(options, harmless);
}

/*
 * The local driver hands `device`, `type` and `o` to mount(2) as they are (moby
 * volume/local/local_unix.go): a bind, a block device, an overlay of host directories. With "bind"
 * among the options the kernel ignores the type. Without it, "proc" and "overlay" are names that
 * nobody looks up: a disk that is named from the root has a slash.
 */
static bool is_path(struct slice device, struct slice o, const struct field_pairs *options)
{
	static const struct slice tmpfs[] = { SLICE_INIT("tmpfs"), { 0 } };

	if (device.len == 0) /* the engine refuses it */
		return false;
	if (lists(o, SLICE("bind")) || lists(o, SLICE("rbind")))
		return true;
	return !is_network_type(options) && !type_is(options, tmpfs) && slice_find(device, '/');
}

static int add_device(struct intent *in, const struct pair *device,
		      const struct field_pairs *options)
{
	const struct pair *o = option(options, SLICE("o"));
	struct slice words = o ? o->value : SLICE("");

	if (!is_path(device->value, words, options))
		return 0;
	return add_raw_path(in, (struct mount){
					.source = device->value,
					.read_only = is_read_only(words),
					.by_volume = true,
					.propagation = propagation_of(words),
					.at = device->at,
				});
}

struct options {
	struct intent *in;
	const struct pair *pair;
	bool read_only;
	bool escapes; /* as overlayfs reads: a backslash takes the meaning from what follows it */
};

/* The text up to the first `sep` that counts; false when there is none, and all is `head`. */
static bool cut(const struct options *o, struct slice text, char sep, struct slice *head,
		struct slice *tail)
{
	size_t i = 0;

	if (!o->escapes)
		return slice_cut(text, sep, head, tail);
	while (i < text.len && text.ptr[i] != sep)
		i += text.ptr[i] == '\\' && i + 1 < text.len ? 2 : 1;
	*head = (struct slice){ text.ptr, i };
	*tail = slice_from(text, i + 1);
	return i < text.len;
}

static int unescape(const struct options *o, struct slice *path)
{
	char *text = o->escapes ? arena_bytes(o->in->arena, path->len) : NULL;
	size_t len = 0;

	if (!o->escapes)
		return 0;
	if (!text)
		return -ENOMEM;
	for (size_t i = 0; i < path->len; i++) {
		if (path->ptr[i] == '\\' && i + 1 < path->len)
			i++;
		text[len++] = path->ptr[i];
	}
	*path = (struct slice){ text, len };
	return 0;
}

static int add_piece(const struct options *o, struct slice path, bool looked_up)
{
	int error = unescape(o, &path);

	if (error || path.len == 0 || (!looked_up && path.ptr[0] != '/'))
		return error;
	return add_raw_path(o->in, (struct mount){ .source = path,
						   .read_only = o->read_only,
						   .by_volume = true,
						   .at = o->pair->at });
}

/* "/b", "/b=rw" of aufs; in "lowerdir=/b" and "br:/b" what stands in front is no path. */
static int add_pieces(const struct options *o, struct slice list, bool looked_up)
{
	struct slice piece, head, tail;
	bool more = true;
	int error = 0;

	while (more && !error) {
		more = cut(o, list, ':', &piece, &list);
		error = add_piece(o, piece, looked_up);
		if (!error && cut(o, piece, '=', &head, &tail))
			error = add_piece(o, head, looked_up);
	}
	return error;
}

/* Options whose value some file system looks up as a path, also a relative one. */
static bool is_looked_up(struct slice key)
{
	static const struct slice keys[] = {
		SLICE_INIT("lowerdir"),     SLICE_INIT("lowerdir+"), SLICE_INIT("datadir+"),
		SLICE_INIT("upperdir"),     SLICE_INIT("workdir"),   SLICE_INIT("device"),
		SLICE_INIT("journal_path"), SLICE_INIT("logdev"),    SLICE_INIT("rtdev"),
		SLICE_INIT("source"),
	};

	for (size_t i = 0; i < COUNT_OF(keys); i++) {
		if (slice_eq(key, keys[i]))
			return true;
	}
	return false;
}

static int add_words(const struct options *o)
{
	struct slice rest = o->pair->value, word, key, value;
	bool more = true;
	int error = 0;

	while (more && !error) {
		more = cut(o, rest, ',', &word, &rest);
		if (!cut(o, word, '=', &key, &value))
			value = SLICE("");
		error = add_pieces(o, key, false);
		if (!error && value.len > 0)
			error = add_pieces(o, value, is_looked_up(key));
	}
	return error;
}

/*
 * The paths within an option such as "lowerdir=/a:/b,upperdir=/c", "credentials=/d" or a bare "/e".
 * Which file system reads it, and whether a backslash is an escape to it, is not asked: with
 * backslashes both readings count.
 */
static int add_paths_within(struct intent *in, const struct pair *pair, bool read_only)
{
	struct options o = { .in = in, .pair = pair, .read_only = read_only };
	int error = add_words(&o);

	if (error || !slice_find(pair->value, '\\'))
		return error;
	o.escapes = true;
	return add_words(&o);
}

static int add_paths(struct intent *in, const struct volume *volume)
{
	const struct field_pairs *options = &volume->options;
	struct slice driver = volume->driver.value;
	bool local = driver.len == 0 || slice_eq(driver, SLICE("local"));
	const struct pair *o = local ? option(options, SLICE("o")) : NULL;
	bool read_only = o && is_read_only(o->value);
	int error = 0;

	for (size_t i = 0; !error && i < options->count; i++) {
		const struct pair *pair = &options->items[i];

		if (local && slice_eq(pair->key, SLICE("device")))
			error = add_device(in, pair, options);
		else
			error = add_paths_within(in, pair, read_only);
	}
	return error;
}

/* The engine looks at the path as it is written (moby oci/devices_linux.go). */
int mounts_find_device(struct intent *in, struct slice path, struct device *ret)
{
	struct host_steps *steps = steps_of(in);
	int error = steps ? path_clean(in->arena, path, &ret->path) : -ENOMEM;

	if (error || !path_goes_up(path))
		return error;
	error = host_path_resolve(in->arena, path, steps, &ret->leads);
	if (error && error != -ENOMEM) {
		ret->leads = SLICE("(unknown)");
		return 0;
	}
	return error;
}

static bool is_one_of(struct slice word, const struct slice *words)
{
	while (words->len > 0 && !slice_eq(word, *words))
		words++;
	return words->len > 0;
}

/* Words that only take away: how what is mounted spreads, or a remount, is another matter. */
static bool binds_only(struct slice o)
{
	static const struct slice binds[] = { SLICE_INIT("bind"), SLICE_INIT("rbind"), { 0 } };
	static const struct slice takes[] = {
		SLICE_INIT("ro"),       SLICE_INIT("rw"),
		SLICE_INIT("nosuid"),   SLICE_INIT("nodev"),
		SLICE_INIT("noexec"),   SLICE_INIT("noatime"),
		SLICE_INIT("relatime"), { 0 },
	};
	bool more = true, bound = false;
	struct slice word;

	while (more) {
		more = slice_cut(o, ',', &word, &o);
		if (is_one_of(word, binds))
			bound = true;
		else if (!is_one_of(word, takes))
			return false;
	}
	return bound;
}

/*
 * The kernel looks at neither the type nor the data of a bind. What is bound is one of the mounts,
 * and judged as one; an option more, or a type that the engine acts upon before (it looks up the
 * addresses of network shares), makes it something else.
 */
static bool is_plain_bind(const struct volume *volume)
{
	static const struct slice keys[] = {
		SLICE_INIT("type"), SLICE_INIT("o"), SLICE_INIT("device"), { 0 }
	};
	static const struct slice types[] = { SLICE_INIT("none"), SLICE_INIT("bind"), { 0 } };
	const struct field_pairs *options = &volume->options;
	const struct pair *device = option(options, SLICE("device"));
	const struct pair *o = option(options, SLICE("o"));
	const struct pair *type = option(options, SLICE("type"));

	for (size_t i = 0; i < options->count; i++) {
		if (!is_one_of(options->items[i].key, keys))
			return false;
	}
	/* Neither of two that stand there is known to be the one that counts. */
	if (options->count != (size_t) (device != NULL) + (o != NULL) + (type != NULL))
		return false;
	return device && slice_starts(device->value, SLICE("/")) && o && binds_only(o->value) &&
	       (!type || type->value.len == 0 || is_one_of(type->value, types));
}

int mounts_add_volume(struct intent *in, const struct volume *volume)
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
	error = add_paths(in, volume);
	added->reaches_host = in->mounts.count > mounts || is_kernel_type(&volume->options);
	added->plain_bind = is_plain_bind(volume);
	return error;
}

/*
 * Whether an option means the same whatever it is filled with. Of the local driver's, `size` is a
 * number, and `device` is no path of the host where `type` and `o` themselves say that it is none:
 * a share of a server for each task. Another driver's are no path when they make no slash.
 */
static bool is_harmless(const struct pair *pair, const struct volume *volume)
{
	const struct field_pairs *options = &volume->options;
	struct slice driver = volume->driver.value;
	const struct pair *o;

	if (driver.len > 0 && !slice_eq(driver, SLICE("local")))
		return !slice_find(pair->value, '/') && !slice_find(pair->value, '=') &&
		       !is_looked_up(pair->key) && template_only_names(pair->value);
	if (!slice_eq(pair->key, SLICE("device")))
		return slice_eq(pair->key, SLICE("size"));
	o = option(options, SLICE("o"));
	return !is_path(SLICE("/"), o ? o->value : SLICE(""), options);
}

int mounts_refuse_templates(struct intent *in, const struct mount_spec *spec)
{
	const struct field_pairs *options = &spec->volume.options;
	bool named = slice_eq(spec->type.value, SLICE("volume")) &&
		     !slice_starts(spec->source.value, SLICE("/"));
	int error = 0;

	if (template_in(spec->source.value) && !named)
		error = reading_unread(&in->reading, spec->source.at,
				       "holds {{, a template that the swarm fills in after this "
				       "plugin has judged it. Write the path itself, or use a "
				       "named volume.");
	for (size_t i = 0; error >= 0 && i < options->count; i++) {
		const struct pair *pair = &options->items[i];

		if (template_in(pair->value) && !is_harmless(pair, &spec->volume))
			error = reading_unread(&in->reading, pair->at,
					       "holds {{, a template that the swarm fills in after "
					       "this plugin has judged it. Write the value itself, "
					       "or use a named volume without it.");
	}
	return error < 0 ? error : 0;
}
