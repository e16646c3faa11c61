#include "capture/foreign.h"

#include <stdio.h>
#include <string.h>

#include "base/array.h"
#include "base/utf8.h"
#include "capture/replay.h"
#include "json/json-reader.h"

enum { KEYS_MOST = 3, LOOKED_AT = 4096 /* bytes, to tell text from bytes */ };

struct kind {
	const char *keys[KEYS_MOST]; /* all of them stand at the top */
	struct foreign foreign;
};

#define TRY_AS(operation) "to judge it as a call of nobody's: cis-authz eval --as " operation " %s"
#define LIKE(what, filter, operation) \
	"to judge a " what " like it: jq '" filter "' %s | cis-authz eval --as " operation " -"
#define RECORD "record calls with `cis-authz serve --record CALLS`, then: cis-authz eval CALLS"

/* The first whose keys are there. */
static const struct kind objects[] = {
	{ { "State", "Config", "HostConfig" },
	  { .what = "what `docker inspect` prints of a container",
	    .next = LIKE("container", "(.[0]? // .) | .Config + {HostConfig}",
			 "container.create") } },
	{ { "RepoTags", "RootFS" }, { .what = "what `docker inspect` prints of an image" } },
	{ { "ID", "Spec" },
	  { .what = "what `docker inspect` prints of a part of a swarm",
	    .next = LIKE("service", "(.[0]? // .).Spec", "service.create") } },
	{ { "services" }, { .what = "a compose file" } },
	{ { "TaskTemplate" },
	  { .what = "the body of a call that makes a service",
	    .next = TRY_AS("service.create"),
	    .body_of = "service.create" } },
	{ { "HostConfig" },
	  { .what = "the body of a call that makes a container",
	    .next = TRY_AS("container.create"),
	    .body_of = "container.create" } },
	{ { "Image" },
	  { .what = "the body of a call that makes a container",
	    .next = TRY_AS("container.create"),
	    .body_of = "container.create" } },
	{ { NULL },
	  { .what = "a JSON object without RequestMethod and RequestUri", .unknown = true } },
};

const struct foreign foreign_call = { .what = "a recorded call, and --as wants bodies",
				      .next = "leave --as out" };

static const struct foreign compose = { .what = "a compose file" };
static const struct foreign policy = {
	.what = "a policy", .next = "to judge calls by it: cis-authz eval --policy %s CALLS"
};
static const struct foreign nothing = { .what = "an empty file" };
static const struct foreign compressed = { .what = "a compressed file",
					   .next = "to read it: zcat %s | cis-authz eval -" };
static const struct foreign bytes = { .what = "a file of bytes that are no text" };
static const struct foreign other = { .what = "a text without any JSON object" };

static bool contains(struct slice text, struct slice part)
{
	return text.ptr && memmem(text.ptr, text.len, part.ptr, part.len);
}

/* Which of the kinds' keys stand at the top: one bit each. False where it cannot be read, or is a
 * call by some spelling of its keys. */
static bool read_keys(struct slice object, struct arena *a, unsigned ret_found[])
{
	struct json_reader r;
	struct json_token t;

	json_open(&r, object, a);
	if (json_next(&r, &t) || t.type != JSON_OBJECT)
		return false;
	while (json_next(&r, &t) == 0 && t.type == JSON_KEY) {
		if (slice_eq_nocase(t.text, SLICE("RequestMethod")) ||
		    slice_eq_nocase(t.text, SLICE("RequestUri")))
			return false;
		for (size_t i = 0; i < COUNT_OF(objects); i++) {
			for (size_t k = 0; k < KEYS_MOST && objects[i].keys[k]; k++) {
				if (slice_eq(t.text, slice_str(objects[i].keys[k])))
					ret_found[i] |= 1U << k;
			}
		}
		if (json_skip(&r, &t))
			return false;
	}
	return t.type == JSON_OBJECT_END;
}

static unsigned all_of(const struct kind *kind)
{
	unsigned keys = 0;

	for (size_t k = 0; k < KEYS_MOST && kind->keys[k]; k++)
		keys |= 1U << k;
	return keys;
}

bool foreign_object(struct slice object, struct arena *a, const struct foreign **ret)
{
	unsigned found[COUNT_OF(objects)] = { 0 };
	size_t i = 0;

	/* Nearly every line; those of `serve --record` tell of what was no call, too. */
	if (contains(object, SLICE("\"RequestMethod\"")) ||
	    contains(object, SLICE("\"CisAuthzRecording\"")) || replay_is_record(object) ||
	    replay_loss(object) > 0)
		return false;
	if (!read_keys(object, a, found))
		return false;
	while (found[i] != all_of(&objects[i]))
		i++;
	*ret = &objects[i].foreign;
	return true;
}

/* A container and a service are known by their keys; other bodies have nothing of their own. */
bool foreign_is_body(const struct foreign *f, enum op op)
{
	if (op == OP_CONTAINER_CREATE || op == OP_SERVICE_CREATE)
		return f->body_of && slice_eq(slice_str(f->body_of), slice_str(op_name(op)));
	return f->unknown;
}

/* Whether a line begins with the key of a mapping: not one of a mapping within it. */
static bool has_key(struct slice text, struct slice key)
{
	struct slice line;

	for (bool more = text.len > 0; more;) {
		more = slice_cut(text, '\n', &line, &text);
		if (slice_starts(line, key) &&
		    slice_starts(slice_trim(slice_from(line, key.len)), SLICE(":")))
			return true;
	}
	return false;
}

/* By a key that no compose file has. */
static bool is_policy(struct slice text)
{
	static const char *const keys[] = { "profile", "rules",      "access",
					    "mode",    "exceptions", "scopes" };

	for (size_t i = 0; i < COUNT_OF(keys); i++) {
		if (has_key(text, slice_str(keys[i])))
			return true;
	}
	return false;
}

const struct foreign *foreign_text(struct slice text)
{
	struct slice head = { text.ptr, text.len < LOOKED_AT ? text.len : LOOKED_AT };

	if (slice_trim(text).len == 0)
		return &nothing;
	if (slice_starts(text, SLICE("\x1f\x8b")))
		return &compressed;
	/* A character may be cut in two. */
	while (head.len > 0 && head.len > LOOKED_AT - 4 && !utf8_valid(head))
		head.len--;
	if (contains(head, SLICE("\0")) || !utf8_valid(head))
		return &bytes;
	if (has_key(text, SLICE("services")))
		return &compose;
	return is_policy(text) ? &policy : &other;
}

void foreign_tell(const struct foreign *f, const char *file)
{
	const char *next = f->next ? f->next : RECORD;

	fprintf(stderr, "%s: this is %s%s\n  ", file, f->what,
		f == &foreign_call ? "" : ", not a recorded call");
	for (; *next; next++) {
		if (next[0] == '%' && next[1] == 's')
			fputs(file, stderr);
		else
			fputc(*next, stderr);
		next += next[0] == '%' && next[1] == 's';
	}
	fputc('\n', stderr);
}
