/*
 * seccomp.c - a seccomp profile (moby profiles/seccomp) by its content.
 *
 * A profile is as good as the engine's own when it refuses what it does not name, and names no call
 * that the engine's refuses. That one gives some calls to containers with a capability, on the
 * condition `includes.caps`: the same condition in another profile gives no more. Every other
 * condition is taken as fulfilled, since whoever writes the profile writes it to be.
 */
#include "docker/seccomp.h"

#include <errno.h>
#include <nettle/sha2.h>

#include "base/arena.h"
#include "docker/gojson.h"
#include "policy/reading.h"

struct profile {
	struct field_text default_action;
	struct gojson_items entries; /* struct entry */
};

struct entry {
	struct field_text action, name; /* one `name` is how profiles were written before 2016 */
	struct field_texts names, caps, arches;
	struct gojson_items args; /* struct argument */
};

struct argument {
	struct field_int index, value, value_two;
	struct field_text op;
};

#define IGNORED(reason) GO_IGNORED, 0, NULL, reason

static const struct gojson_field argument_fields[] = {
	{ "index", GO_INT, offsetof(struct argument, index) },
	{ "op", GO_STRING, offsetof(struct argument, op) },
	{ "value", GO_INT, offsetof(struct argument, value) },
	{ "valueTwo", GO_INT, offsetof(struct argument, value_two) },
};
static const struct gojson_type argument_type = { GOJSON_TYPE(argument_fields, struct argument) };

static const struct gojson_field includes_fields[] = {
	{ "arches", GO_STRINGS, offsetof(struct entry, arches) },
	{ "caps", GO_STRINGS, offsetof(struct entry, caps) },
	{ "minKernel", IGNORED("taken as new enough") },
};
static const struct gojson_type includes_type = { GOJSON_TYPE(includes_fields, struct entry) };

static const struct gojson_field entry_fields[] = {
	{ "action", GO_STRING, offsetof(struct entry, action) },
	{ "args", GO_STRUCTS, offsetof(struct entry, args), &argument_type },
	{ "comment", IGNORED("words for people") },
	{ "errnoRet", IGNORED("how a call is refused") },
	{ "excludes", IGNORED("taken as not fulfilled") },
	{ "includes", GO_STRUCT, 0, &includes_type },
	{ "name", GO_STRING, offsetof(struct entry, name) },
	{ "names", GO_STRINGS, offsetof(struct entry, names) },
};
static const struct gojson_type entry_type = { GOJSON_TYPE(entry_fields, struct entry) };

static const struct gojson_field profile_fields[] = {
	{ "architectures", IGNORED("calls of architectures that are not listed are refused") },
	{ "archMap", IGNORED("calls of architectures that are not listed are refused") },
	{ "defaultAction", GO_STRING, offsetof(struct profile, default_action) },
	{ "defaultErrnoRet", IGNORED("how a call is refused") },
	{ "flags", IGNORED("how the filter is loaded") },
	{ "listenerMetadata", IGNORED("what a listener is told; to ask one is taken as a yes") },
	{ "listenerPath", IGNORED("where a listener is; to ask one is taken as a yes") },
	{ "syscalls", GO_STRUCTS, offsetof(struct profile, entries), &entry_type },
};
static const struct gojson_type profile_type = { GOJSON_TYPE(profile_fields, struct profile) };

/* What the engine's own profile refuses, but to containers with one of the capabilities. Sorted. */
static const struct guarded_call {
	const char *name;
	const char *caps[2];
} guarded[] = {
	{ "_sysctl", { 0 } },
	{ "acct", { "CAP_SYS_PACCT" } },
	{ "add_key", { 0 } },
	{ "afs_syscall", { 0 } },
	{ "bpf", { "CAP_SYS_ADMIN", "CAP_BPF" } },
	{ "clock_settime", { "CAP_SYS_TIME" } },
	{ "clock_settime64", { "CAP_SYS_TIME" } },
	{ "clone", { "CAP_SYS_ADMIN" } },
	{ "clone3", { "CAP_SYS_ADMIN" } },
	{ "create_module", { 0 } },
	{ "delete_module", { "CAP_SYS_MODULE" } },
	{ "fanotify_init", { "CAP_SYS_ADMIN" } },
	{ "finit_module", { "CAP_SYS_MODULE" } },
	{ "fsconfig", { "CAP_SYS_ADMIN" } },
	{ "fsmount", { "CAP_SYS_ADMIN" } },
	{ "fsopen", { "CAP_SYS_ADMIN" } },
	{ "fspick", { "CAP_SYS_ADMIN" } },
	{ "get_kernel_syms", { 0 } },
	{ "get_mempolicy", { "CAP_SYS_NICE" } },
	{ "init_module", { "CAP_SYS_MODULE" } },
	{ "io_uring_enter", { 0 } },
	{ "io_uring_register", { 0 } },
	{ "io_uring_setup", { 0 } },
	{ "ioperm", { "CAP_SYS_RAWIO" } },
	{ "iopl", { "CAP_SYS_RAWIO" } },
	{ "kcmp", { "CAP_SYS_PTRACE" } },
	{ "kexec_file_load", { 0 } },
	{ "kexec_load", { 0 } },
	{ "keyctl", { 0 } },
	{ "lookup_dcookie", { "CAP_SYS_ADMIN" } },
	{ "mbind", { "CAP_SYS_NICE" } },
	{ "migrate_pages", { 0 } },
	{ "mount", { "CAP_SYS_ADMIN" } },
	{ "mount_setattr", { "CAP_SYS_ADMIN" } },
	{ "move_mount", { "CAP_SYS_ADMIN" } },
	{ "move_pages", { 0 } },
	{ "nfsservctl", { 0 } },
	{ "open_by_handle_at", { "CAP_DAC_READ_SEARCH" } },
	{ "open_tree", { "CAP_SYS_ADMIN" } },
	{ "perf_event_open", { "CAP_SYS_ADMIN", "CAP_PERFMON" } },
	{ "pidfd_getfd", { "CAP_SYS_PTRACE" } },
	{ "pivot_root", { 0 } },
	{ "process_madvise", { "CAP_SYS_PTRACE" } },
	{ "query_module", { 0 } },
	{ "quotactl", { "CAP_SYS_ADMIN" } },
	{ "quotactl_fd", { "CAP_SYS_ADMIN" } },
	{ "reboot", { "CAP_SYS_BOOT" } },
	{ "request_key", { 0 } },
	{ "set_mempolicy", { "CAP_SYS_NICE" } },
	{ "set_mempolicy_home_node", { "CAP_SYS_NICE" } },
	{ "setdomainname", { "CAP_SYS_ADMIN" } },
	{ "sethostname", { "CAP_SYS_ADMIN" } },
	{ "setns", { "CAP_SYS_ADMIN" } },
	{ "settimeofday", { "CAP_SYS_TIME" } },
	{ "stime", { "CAP_SYS_TIME" } },
	{ "swapoff", { 0 } },
	{ "swapon", { 0 } },
	{ "sysfs", { 0 } },
	{ "syslog", { "CAP_SYS_ADMIN", "CAP_SYSLOG" } },
	{ "umount", { "CAP_SYS_ADMIN" } },
	{ "umount2", { "CAP_SYS_ADMIN" } },
	{ "unshare", { "CAP_SYS_ADMIN" } },
	{ "uselib", { 0 } },
	{ "userfaultfd", { 0 } },
	{ "ustat", { 0 } },
	{ "vhangup", { "CAP_SYS_TTY_CONFIG" } },
	{ "vm86", { 0 } },
	{ "vm86old", { 0 } },
};

enum { GUARDED = sizeof(guarded) / sizeof(guarded[0]) };

/* GUARDED when it is not there. */
static size_t find_guarded(struct slice name)
{
	size_t low = 0, high = GUARDED;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = slice_cmp(name, slice_str(guarded[middle].name));

		if (order == 0)
			return middle;
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return GUARDED;
}

/* Also what asks a listener, only logs, or is no action that we know. */
static bool lets_through(struct slice action)
{
	static const struct slice refusals[] = {
		{ "SCMP_ACT_ERRNO", 14 },       { "SCMP_ACT_KILL", 13 },
		{ "SCMP_ACT_KILL_THREAD", 20 }, { "SCMP_ACT_KILL_PROCESS", 21 },
		{ "SCMP_ACT_TRAP", 13 },        { "SCMP_ACT_TRACE", 14 },
	};

	for (size_t i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++) {
		if (slice_eq(action, refusals[i]))
			return false;
	}
	return true;
}

static bool lists(const struct field_texts *words, const char *word)
{
	for (size_t i = 0; word && i < words->count; i++) {
		if (slice_eq(words->items[i].value, slice_str(word)))
			return true;
	}
	return false;
}

static bool only_on_s390(const struct entry *entry)
{
	for (size_t i = 0; i < entry->arches.count; i++) {
		if (!slice_starts(entry->arches.items[i].value, SLICE("s390")))
			return false;
	}
	return entry->arches.count > 0;
}

/* Every program needs clone; the engine's own profile refuses the flags that make namespaces. */
static bool masks_namespaces(const struct entry *entry)
{
	enum { NAMESPACE_FLAGS = 0x7e020000 };
	int64_t flags_at = only_on_s390(entry) ? 1 : 0;
	const struct argument *args = entry->args.items;

	for (size_t i = 0; i < entry->args.count; i++) {
		if (args[i].index.value == flags_at && args[i].value.value == NAMESPACE_FLAGS &&
		    args[i].value_two.value == 0 &&
		    slice_eq(args[i].op.value, SLICE("SCMP_CMP_MASKED_EQ")))
			return true;
	}
	return false;
}

static bool as_engine(const struct entry *entry, const struct guarded_call *call)
{
	if (lists(&entry->caps, call->caps[0]) || lists(&entry->caps, call->caps[1]))
		return true;
	return slice_eq(slice_str(call->name), SLICE("clone")) && masks_namespaces(entry);
}

static void mark(const struct entry *entry, struct slice name, bool *allowed)
{
	size_t i = find_guarded(name);

	if (i < GUARDED && !as_engine(entry, &guarded[i]))
		allowed[i] = true;
}

static int list_allowed(const struct profile *profile, struct arena *a, struct seccomp *s)
{
	const struct entry *entries = profile->entries.items;
	bool allowed[GUARDED] = { 0 };
	struct slice *names = arena_alloc(a, GUARDED, sizeof(*names));

	if (!names)
		return -ENOMEM;
	for (size_t i = 0; i < profile->entries.count; i++) {
		if (!lets_through(entries[i].action.value))
			continue;
		mark(&entries[i], entries[i].name.value, allowed);
		for (size_t k = 0; k < entries[i].names.count; k++)
			mark(&entries[i], entries[i].names.items[k].value, allowed);
	}
	for (size_t i = 0; i < GUARDED; i++) {
		if (allowed[i])
			names[s->count++] = slice_str(guarded[i].name);
	}
	s->allowed = names;
	return 0;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* The docker command takes the blanks out of a file before it sends it; other clients do not. */
static struct slice without_blanks(struct slice json, char *room)
{
	bool in_string = false, escaped = false;
	size_t len = 0;

	for (size_t i = 0; i < json.len; i++) {
		char c = json.ptr[i];

		if (!in_string && is_blank(c))
			continue;
		if (c == '"' && !escaped)
			in_string = !in_string;
		escaped = in_string && c == '\\' && !escaped;
		room[len++] = c;
	}
	return (struct slice){ room, len };
}

static int digest(struct slice json, struct arena *a, struct slice *ret)
{
	struct sha256_ctx ctx;
	uint8_t bytes[SHA256_DIGEST_SIZE];
	char *hex = arena_bytes(a, 2 * sizeof(bytes));
	char *room = arena_bytes(a, json.len + 1);
	struct slice compact;

	if (!hex || !room)
		return -ENOMEM;
	compact = without_blanks(json, room);
	sha256_init(&ctx);
	sha256_update(&ctx, compact.len, (const uint8_t *) compact.ptr);
	sha256_digest(&ctx, sizeof(bytes), bytes);
	for (size_t i = 0; i < sizeof(bytes); i++) {
		hex[2 * i] = "0123456789abcdef"[bytes[i] >> 4];
		hex[2 * i + 1] = "0123456789abcdef"[bytes[i] & 15];
	}
	*ret = (struct slice){ hex, 2 * sizeof(bytes) };
	return 0;
}

static int read_custom(struct slice json, struct arena *a, struct seccomp *s)
{
	struct profile profile = { 0 };
	struct reading reading;
	int error = digest(json, a, &s->sha256);

	if (error)
		return error;
	/* Of its own: a profile that cannot be read is the rule's business, not the request's. */
	reading_start(&reading, a);
	error = gojson_decode(json, &profile_type, &profile, &reading);
	if (error < 0)
		return error;
	s->unreadable = error > 0 || reading.unread.count > 0;
	s->allows_unnamed = lets_through(profile.default_action.value);
	return s->unreadable ? 0 : list_allowed(&profile, a, s);
}

int seccomp_read(const struct field_text *option, struct arena *a, struct seccomp *ret)
{
	struct seccomp s = { .at = option->at };
	int error = 0;

	if (slice_eq(option->value, SLICE("unconfined"))) {
		s.kind = SECCOMP_UNCONFINED;
	} else if (option->value.len > 0 && !slice_eq(option->value, SLICE("builtin"))) {
		s.kind = SECCOMP_CUSTOM;
		error = read_custom(option->value, a, &s);
	}
	if (!error)
		*ret = s;
	return error;
}
