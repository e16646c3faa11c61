/*
 * seccomp.c - a seccomp profile (moby profiles/seccomp) by its content.
 *
 * A profile is as good as the engine's own when it refuses what it does not name, and allows each
 * call that it names only to whom, and on which conditions, the engine's own does. An entry's
 * `includes.caps` and arguments are such conditions. What else may stand there (`excludes`, the
 * kernel's version) only takes calls away: it is taken as not doing so, since whoever writes the
 * profile writes it to fit.
 *
 * What engines before 25 allowed to everybody and later ones no longer do is credited only to a
 * profile that allows all that every version does: it is the file that such an engine came with. In
 * one made for a purpose it is a hole of its own.
 */
#include "docker/spelling/seccomp.h"

#include <errno.h>
#include <nettle/sha2.h>

#include "base/arena.h"
#include "base/array.h"
#include "docker/spelling/seccomp-calls.h"
#include "policy/reading.h"
#include "json/gojson.h"

struct profile {
	struct field_text default_action;
	struct gojson_items entries; /* struct entry */
};

struct entry {
	struct field_text action, name; /* one `name` is how profiles were written before 2016 */
	struct field_texts names, caps, arches;
	struct gojson_items args; /* struct seccomp_arg */
};

#define IGNORED(reason) GO_IGNORED, 0, NULL, reason

static const struct gojson_field argument_fields[] = {
	{ "index", GO_INT, offsetof(struct seccomp_arg, index) },
	{ "op", GO_STRING, offsetof(struct seccomp_arg, op) },
	{ "value", GO_INT, offsetof(struct seccomp_arg, value) },
	{ "valueTwo", GO_INT, offsetof(struct seccomp_arg, value_two) },
};
static const struct gojson_type argument_type = { GOJSON_TYPE(argument_fields,
							      struct seccomp_arg) };

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

/*
 * Twenty times the engine's own, which has every call there is. The kernel takes no filter of more
 * than 4096 steps, so what is longer says the same again and again, to keep us reading.
 */
enum { LONGEST = 256 << 10 };

enum { UNKNOWN_SHOWN = 2, NAME_SHOWN = 32 };

/* What came out, by call. */
struct findings {
	struct seccomp_index index;
	bool named[SECCOMP_CALLS]; /* allowed, as some engine allows it */
	bool wider[SECCOMP_CALLS], old[SECCOMP_CALLS];
	struct slice unknown[UNKNOWN_SHOWN]; /* the first ones that the engine's own has not */
	size_t unknown_count;
};

/*
 * Also what only logs, asks a listener or a tracer, or is no action that we know: who writes the
 * profile can see to it that the one asked says yes, a tracer even from within the container.
 */
static bool lets_through(struct slice action)
{
	static const struct slice refusals[] = {
		SLICE_INIT("SCMP_ACT_ERRNO"),       SLICE_INIT("SCMP_ACT_KILL"),
		SLICE_INIT("SCMP_ACT_KILL_THREAD"), SLICE_INIT("SCMP_ACT_KILL_PROCESS"),
		SLICE_INIT("SCMP_ACT_TRAP"),
	};

	for (size_t i = 0; i < COUNT_OF(refusals); i++) {
		if (slice_eq(action, refusals[i]))
			return false;
	}
	return true;
}

static bool only_on_s390(const struct entry *entry)
{
	for (size_t i = 0; i < entry->arches.count; i++) {
		if (!slice_starts(entry->arches.items[i].value, SLICE("s390")))
			return false;
	}
	return entry->arches.count > 0;
}

static struct seccomp_way way_of(const struct entry *entry)
{
	struct seccomp_way way = {
		.args = entry->args.items,
		.count = entry->args.count,
		.only_on_s390 = only_on_s390(entry),
	};

	for (size_t i = 0; i < entry->caps.count; i++)
		way.caps |= seccomp_cap(entry->caps.items[i].value);
	return way;
}

static void note_unknown(struct findings *f, struct slice name)
{
	for (size_t i = 0; i < f->unknown_count; i++) {
		if (slice_eq(f->unknown[i], name))
			return;
	}
	if (f->unknown_count < UNKNOWN_SHOWN)
		f->unknown[f->unknown_count++] = name;
}

static void judge(struct findings *f, struct seccomp_way *way, struct slice name)
{
	size_t call = seccomp_index_find(&f->index, name);

	if (call == SECCOMP_CALLS) {
		note_unknown(f, name);
		return;
	}
	switch (seccomp_call_judge(call, way)) {
	case SECCOMP_AS_ENGINE:
		f->named[call] = true;
		break;
	case SECCOMP_AS_OLD_ENGINE:
		f->old[call] = true;
		break;
	case SECCOMP_WIDER:
		f->wider[call] = true;
		break;
	}
}

static void find(const struct profile *profile, struct findings *f)
{
	const struct entry *entries = profile->entries.items;

	for (size_t i = 0; i < profile->entries.count; i++) {
		const struct field_texts *names = &entries[i].names;
		struct seccomp_way way;

		if (!lets_through(entries[i].action.value))
			continue;
		way = way_of(&entries[i]);
		if (entries[i].name.value.len > 0)
			judge(f, &way, entries[i].name.value);
		for (size_t k = 0; k < names->count; k++)
			judge(f, &way, names->items[k].value);
	}
}

static bool is_whole(const struct findings *f)
{
	for (size_t i = 0; i < SECCOMP_CALLS; i++) {
		if (seccomp_call_everywhere(i) && !f->named[i])
			return false;
	}
	return true;
}

/* Any text may pose as a call's name, of any length. No character is cut in two. */
static struct slice shortened(struct slice name)
{
	size_t len = name.len < NAME_SHOWN ? name.len : NAME_SHOWN;

	while (len > 0 && len < name.len && ((unsigned char) name.ptr[len] & 0xc0) == 0x80)
		len--;
	return (struct slice){ name.ptr, len };
}

static int list_allowed(const struct profile *profile, struct arena *a, struct seccomp *s)
{
	struct slice *names = arena_alloc(a, SECCOMP_CALLS + UNKNOWN_SHOWN, sizeof(*names));
	struct findings f = { 0 };
	bool whole;

	if (!names)
		return -ENOMEM;
	seccomp_index_make(&f.index);
	find(profile, &f);
	whole = is_whole(&f);
	for (size_t i = 0; i < SECCOMP_CALLS; i++) {
		if (f.wider[i] || (f.old[i] && !whole))
			names[s->count++] = seccomp_call_name(i);
	}
	for (size_t i = 0; i < f.unknown_count; i++)
		names[s->count++] = shortened(f.unknown[i]);
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
	int error;

	s->too_long = json.len > LONGEST;
	if (s->too_long)
		return 0;
	error = digest(json, a, &s->sha256);
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
