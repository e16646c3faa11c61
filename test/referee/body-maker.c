#include "body-maker.h"

#include <errno.h>
#include <stdio.h>

#include "base/arena.h"
#include "base/array.h"
#include "base/buf.h"
#include "body-kinds.h"
#include "recorded.h"

enum { MOST_FIELDS = 8, DEEPEST = 8 };

struct maker {
	struct random *random;
	struct buf out;
};

#define PICK(m, list) ((list)[random_below((m)->random, COUNT_OF(list))])

static const char *const words[] = {
	"",
	"host",
	"none",
	"default",
	"private",
	"shareable",
	"container:web",
	"bridge",
	"bb",
	"0",
	"0:0",
	"root",
	"1000:1000",
	"ALL",
	"SYS_ADMIN",
	"cap_net_admin",
	"/",
	"/etc",
	"/etc/../root",
	"//var//run/docker.sock",
	"/srv/./data/",
	"relative/path",
	"/dev/sda",
	"/proc/self/fd/7",
	"bind",
	"volume",
	"tmpfs",
	"image",
	"/etc:/e",
	"/etc:/e:ro",
	"/srv:/s:rw,rshared",
	"/srv:/s:slave,ro,private",
	"data:/d",
	"data:/d:ro,z",
	"/anonymous",
	":/x",
	"a:b:c:d",
	"seccomp=unconfined",
	"apparmor:unconfined",
	"no-new-privileges",
	"label=disable",
	"always",
	"on-failure",
	"json-file",
	"a *:* rwm",
	"local",
	"nfs",
	"rbind,ro",
	"80",
	"127.0.0.1",
	"tcp",
	"plugin",
	"NONE",
	"CMD",
	"sleep 1",
	"web:ro",
	"a b=c,d%",
	"\xc3\xa9\xe2\x82\xac\xf0\x9f\x90\xb3",
};

static const char *const numbers[] = {
	"0", "1", "-1", "5", "512", "80", "67108864", "500000000", "1024", "4294967296", "-9",
};

static const char *const odd_numbers[] = {
	"-0",
	"1e3",
	"1.5",
	"9223372036854775807",
	"-9223372036854775808",
	"9223372036854775808",
	"65536",
	"01",
	"1e400",
};

static const char *const scalars[] = {
	"null", "true",   "false",         "0", "-1", "\"\"", "\"host\"", "[]",
	"{}",   "[null]", "[\"/etc:/e\"]",
};

static void put(struct maker *m, const char *text)
{
	buf_add(&m->out, slice_str(text));
}

static void put_escaped(struct maker *m, char c)
{
	buf_printf(&m->out, random_one_in(m->random, 2) ? "\\u%04x" : "\\u%04X", (unsigned char) c);
}

/* As a string of JSON; now and then with escapes that need not be. */
static void put_string(struct maker *m, const char *text)
{
	bool escapes = random_one_in(m->random, 20);

	buf_char(&m->out, '"');
	for (; *text; text++) {
		if (escapes && random_one_in(m->random, 3) && (unsigned char) *text < 0x80)
			put_escaped(m, *text);
		else
			buf_char(&m->out, *text);
	}
	if (random_one_in(m->random, 300))
		put(m, random_one_in(m->random, 2) ? "\\ud83d" : "\\u0000");
	buf_char(&m->out, '"');
}

/* What Go takes for the letter as well. */
static void put_folded(struct maker *m, char c)
{
	char lower = (char) (c | 0x20);

	if (lower == 's' && random_one_in(m->random, 2))
		put(m, "\xc5\xbf");
	else if (lower == 'k' && random_one_in(m->random, 2))
		put(m, "\xe2\x84\xaa");
	else if (lower >= 'a' && lower <= 'z')
		buf_char(&m->out, (char) (c ^ 0x20));
	else
		buf_char(&m->out, c);
}

static void put_key(struct maker *m, const char *name)
{
	unsigned spelling = (unsigned) random_below(m->random, 16);

	buf_char(&m->out, '"');
	for (; *name; name++) {
		bool change = spelling == 0 || random_one_in(m->random, 4);

		if (spelling <= 1 && change)
			put_folded(m, *name);
		else if (spelling == 2 && change)
			put_escaped(m, *name);
		else
			buf_char(&m->out, *name);
	}
	put(m, random_one_in(m->random, 10) ? "\" : " : "\":");
}

static void put_value(struct maker *m, const struct gojson_field *f, unsigned depth);

static void put_number(struct maker *m)
{
	put(m, random_one_in(m->random, 25) ? PICK(m, odd_numbers) : PICK(m, numbers));
}

static void put_strings(struct maker *m)
{
	size_t count = random_below(m->random, 4);

	buf_char(&m->out, '[');
	for (size_t i = 0; i < count; i++) {
		if (i > 0)
			buf_char(&m->out, ',');
		if (random_one_in(m->random, 80))
			put(m, PICK(m, scalars));
		else
			put_string(m, PICK(m, words));
	}
	buf_char(&m->out, ']');
}

static void put_string_map(struct maker *m)
{
	static const char *const keys[] = { "device", "o",
					    "type",   "net.core.somaxconn",
					    "Device", "com.docker.network.bridge.name",
					    "" };
	size_t count = random_below(m->random, 4), first = random_below(m->random, 7);

	buf_char(&m->out, '{');
	for (size_t i = 0; i < count; i++) {
		if (i > 0)
			buf_char(&m->out, ',');
		put_string(m, random_one_in(m->random, 40) ? keys[first] : keys[(first + i) % 7]);
		buf_char(&m->out, ':');
		if (random_one_in(m->random, 20))
			put(m, "null");
		else
			put_string(m, PICK(m, words));
	}
	buf_char(&m->out, '}');
}

/* A field of the type or of one embedded in it; rarely one beside HostConfig, which we refuse. */
static const struct gojson_field *pick_field(struct maker *m, const struct gojson_type *type)
{
	const struct gojson_field *f;

	while (type->embedded && random_one_in(m->random, type->embedded_objection ? 12 : 2))
		type = type->embedded;
	do {
		f = &type->fields[random_below(m->random, type->count)];
	} while (f->kind == GO_IGNORED && !random_one_in(m->random, 6));
	return f;
}

/* A field of some object of some body. */
static const struct gojson_field *pick_stray(struct maker *m)
{
	const struct gojson_type *type =
		body_kinds_at(random_below(m->random, body_kinds_count()))->type;
	const struct gojson_field *f = &type->fields[random_below(m->random, type->count)];

	while (f->type && f->type->count > 0 && !random_one_in(m->random, 3))
		f = &f->type->fields[random_below(m->random, f->type->count)];
	return f;
}

static bool is_among(const struct gojson_field *f, const struct gojson_field *const *used,
		     size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (used[i] == f)
			return true;
	}
	return false;
}

static void put_object(struct maker *m, const struct gojson_type *type, unsigned depth)
{
	const struct gojson_field *used[MOST_FIELDS];
	size_t wanted = depth == 0 ? 2 + random_below(m->random, MOST_FIELDS - 2)
				   : random_below(m->random, 6);
	size_t count = 0;

	if (type->count == 0)
		wanted = 0;

	buf_char(&m->out, '{');
	for (size_t i = 0; i < wanted; i++) {
		const struct gojson_field *f =
			random_one_in(m->random, 60) ? pick_stray(m) : pick_field(m, type);

		if (is_among(f, used, count) && !random_one_in(m->random, 30))
			continue;
		if (count > 0)
			buf_char(&m->out, ',');
		used[count++] = f;
		put_key(m, random_one_in(m->random, 80) ? "Whatever" : f->name);
		put_value(m, f, depth + 1);
	}
	buf_char(&m->out, '}');
}

static void put_objects(struct maker *m, const struct gojson_type *type, unsigned depth)
{
	size_t count = random_below(m->random, 3);

	buf_char(&m->out, '[');
	for (size_t i = 0; i < count; i++) {
		if (i > 0)
			buf_char(&m->out, ',');
		if (random_one_in(m->random, 60))
			put(m, PICK(m, scalars));
		else
			put_object(m, type, depth);
	}
	buf_char(&m->out, ']');
}

static void put_map(struct maker *m, const struct gojson_field *f, unsigned depth)
{
	static const char *const keys[] = { "80/tcp", "443/tcp", "host", "appnet" };
	size_t count = random_below(m->random, 3), first = random_below(m->random, 4);

	buf_char(&m->out, '{');
	for (size_t i = 0; i < count; i++) {
		if (i > 0)
			buf_char(&m->out, ',');
		put_string(m, keys[(first + i) % 4]);
		buf_char(&m->out, ':');
		if (random_one_in(m->random, 20))
			put(m, "null");
		else if (f->kind == GO_STRUCT_MAP)
			put_object(m, f->type, depth);
		else
			put_objects(m, f->type, depth);
	}
	buf_char(&m->out, '}');
}

static void put_right_value(struct maker *m, const struct gojson_field *f, unsigned depth)
{
	switch (f->kind) {
	case GO_IGNORED:
		put(m, random_one_in(m->random, 2) ? "null" : PICK(m, scalars));
		break;
	case GO_BOOL:
		put(m, random_one_in(m->random, 2) ? "true" : "false");
		break;
	case GO_INT:
		put_number(m);
		break;
	case GO_STRING:
		put_string(m, PICK(m, words));
		break;
	case GO_WORDS:
		if (random_one_in(m->random, 4))
			put_string(m, PICK(m, words));
		else
			put_strings(m);
		break;
	case GO_STRINGS:
	case GO_OVERRIDE:
		put_strings(m);
		break;
	case GO_STRING_LISTS:
		put(m, "[");
		put_strings(m);
		put(m, random_one_in(m->random, 2) ? ",[]]" : "]");
		break;
	case GO_STRING_MAP:
		put_string_map(m);
		break;
	case GO_STRUCT:
		put_object(m, f->type, depth);
		break;
	case GO_STRUCTS:
		put_objects(m, f->type, depth);
		break;
	case GO_STRUCT_MAP:
	case GO_STRUCTS_MAP:
		put_map(m, f, depth);
		break;
	}
}

static void put_value(struct maker *m, const struct gojson_field *f, unsigned depth)
{
	if (random_one_in(m->random, 25) || depth > DEEPEST)
		put(m, "null");
	else if (random_one_in(m->random, 80))
		put(m, PICK(m, scalars));
	else
		put_right_value(m, f, depth);
	if (random_one_in(m->random, 40))
		buf_char(&m->out, ' ');
}

static void put_slice(struct maker *m, struct slice s, size_t from, size_t to)
{
	buf_add(&m->out, (struct slice){ s.ptr + from, to - from });
}

/* Where a byte of `wanted` stands at or behind a random place; the length when there is none. */
static size_t find_any(struct maker *m, struct slice text, struct slice wanted)
{
	for (size_t i = random_below(m->random, text.len); i < text.len; i++) {
		if (slice_find(wanted, text.ptr[i]))
			return i;
	}
	return text.len;
}

/* Behind the value that begins at `i`, if that is a scalar; else `i`. */
static size_t scalar_end(struct slice text, size_t i)
{
	const struct slice stops = SLICE(",}] \n");

	if (i < text.len && text.ptr[i] == '"') {
		for (i++; i < text.len && text.ptr[i] != '"'; i++)
			i += text.ptr[i] == '\\';
		return i < text.len ? i + 1 : text.len;
	}
	while (i < text.len && !slice_find(stops, text.ptr[i]) &&
	       !slice_find(SLICE("{["), text.ptr[i]))
		i++;
	return i;
}

static void change_letter(struct maker *m, struct slice text)
{
	size_t i = find_any(m, text, SLICE("abcdeghijklmnopqrstuvwxyzABCDEGHIJKLMNOPQRSTUVWXYZ"));

	put_slice(m, text, 0, i);
	if (i == text.len)
		return;
	if (random_one_in(m->random, 4))
		put_escaped(m, text.ptr[i]);
	else
		put_folded(m, text.ptr[i]);
	put_slice(m, text, i + 1, text.len);
}

static void change_scalar(struct maker *m, struct slice text)
{
	size_t i = find_any(m, text, SLICE(":")), end;

	i = i < text.len ? i + 1 : i;
	end = scalar_end(text, i);
	put_slice(m, text, 0, i);
	if (end > i)
		put(m, PICK(m, scalars));
	put_slice(m, text, end, text.len);
}

static void insert_member(struct maker *m, struct slice text)
{
	const struct gojson_field *f = pick_stray(m);
	size_t i = find_any(m, text, SLICE("{"));

	if (i == text.len) {
		put_slice(m, text, 0, i);
		return;
	}
	put_slice(m, text, 0, i + 1);
	put_key(m, f->name);
	put_value(m, f, 1);
	if (i + 1 < text.len && text.ptr[i + 1] != '}')
		buf_char(&m->out, ',');
	put_slice(m, text, i + 1, text.len);
}

static void damage(struct maker *m, struct slice text)
{
	static const char *const tails[] = { "{}", " ", "null", "x", "}", ",", "\n" };
	size_t i = random_below(m->random, text.len);

	switch (random_below(m->random, 3)) {
	case 0:
		put_slice(m, text, 0, i);
		put_slice(m, text, i + 1, text.len);
		break;
	case 1:
		put_slice(m, text, 0, i);
		break;
	default:
		put_slice(m, text, 0, text.len);
		put(m, PICK(m, tails));
	}
}

static int mutate(struct maker *m, struct slice *text)
{
	unsigned choice = (unsigned) random_below(m->random, 16);

	if (text->len == 0)
		return 0;
	m->out = BUF(m->out.arena);
	if (choice < 7)
		change_letter(m, *text);
	else if (choice < 11)
		change_scalar(m, *text);
	else if (choice < 15)
		insert_member(m, *text);
	else
		damage(m, *text);
	return buf_done(&m->out, text);
}

static int grow(struct maker *m, const struct body_kind *kind, struct slice *ret)
{
	if (kind->list)
		put_objects(m, kind->type, 0);
	else
		put_object(m, kind->type, 0);
	return buf_done(&m->out, ret);
}

/* Containers and services have the most to get wrong. */
static const struct body_kind *pick_kind(struct random *random)
{
	const struct body_kind *kind;

	if (random_one_in(random, 2))
		return body_kinds_find(random_one_in(random, 3) ? OP_SERVICE_CREATE
								: OP_CONTAINER_CREATE);
	do {
		kind = body_kinds_at(random_below(random, body_kinds_count()));
	} while (!kind->name);
	return kind;
}

int body_make(struct random *random, const struct recorded *recorded, struct arena *a,
	      const struct body_kind **kind, struct slice *ret)
{
	struct maker m = { random, BUF(a) };
	size_t changes = random_below(random, 3);
	struct slice text;
	int error = 0;

	if (random_one_in(random, 3)) {
		const struct recorded_call *call = &recorded->calls[recorded->bodies[random_below(
			random, recorded->bodies_count)]];

		*kind = call->kind;
		text = call->body;
	} else {
		*kind = pick_kind(random);
		changes = random_one_in(random, 20);
		error = grow(&m, *kind, &text);
	}
	for (size_t i = 0; !error && i < changes; i++)
		error = mutate(&m, &text);
	if (!error)
		*ret = text;
	return error;
}
