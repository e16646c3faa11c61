#include "target-maker.h"

#include "base/arena.h"
#include "base/array.h"
#include "base/buf.h"
#include "docker/route.h"
#include "recorded.h"

#define PICK(random, list) ((list)[random_below(random, COUNT_OF(list))])

static const char *const methods[] = {
	"GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "post", "CONNECT", "TRACE",
};

static const char *const versions[] = {
	"",
	"",
	"",
	"/v1.41",
	"/v1.41",
	"/v1.41",
	"/v1.24",
	"/v1.23",
	"/v01.041",
	"/v1.41.",
	"/v1.41.0",
	"/v1..41",
	"/v.",
	"/v1",
	"/v9.9.9.9",
	"/v",
	"/v1.x",
	"/V1.41",
	"/v99999999999999999999.1",
	"/v1.41/v1.41",
	"/v-1.4",
};

static const char *const names[] = {
	"web",         "web",   "a-b_c.d", "build/x", "library/bb:latest",
	"create",      "json",  "prune",   "start",   "",
	"sha256:0123", "a/b/c", "v1.41",   "_ping",   "checkpoints",
	"%77eb",       "a%2fb", "a%20b",   "a+b",
};

static const char *const parameters[] = {
	"name",           "fromImage",  "fromSrc",      "networkmode", "remote",
	"securityopt",    "extrahosts", "changes",      "t",           "all",
	"checkpoint-dir", "force",      "dir",          "tag",         "repo",
	"pull",           "filters",    "cgroupparent", "FromImage",   "%6eame",
};

static const char *const values[] = {
	"",    "1",     "host",      "bb:latest",   "http%3A%2F%2Fx%2Fy",   "/etc",
	"a+b", "a%2Bb", "%E2%82%AC", "USER%20root", "%7B%22a%22%3Atrue%7D", "a=b",
	"?x",
};

/* What does not belong there, or not in that form. */
static const char *const bits[] = {
	"/",   "//",   "/./",      "/../", "%2f",  "%2F%2f", "%2e%2e/", "%",   "%zz",   "%00",
	"%0a", "#",    "?",        "&",    ";",    "+",      "%3b",     "\\",  "%5c",   ":",
	"@",   "\x80", "\xc3\xa9", " ",    "\t",   "%20",    "..",      "%25", "%2541", "=",
	"|",   "[",    "~",        "*",    "\x7f", "%7f",    "%ff",
};

/* The pattern with a name in place of each variable. */
static void put_pattern(struct random *random, struct buf *out, struct slice pattern)
{
	struct slice variable;

	while (pattern.len > 0) {
		bool more = slice_cut(pattern, '{', &variable, &pattern);

		buf_add(out, variable);
		if (!more)
			return;
		slice_cut(pattern, '}', &variable, &pattern);
		buf_add(out, slice_str(PICK(random, names)));
	}
}

static void put_query(struct random *random, struct buf *out)
{
	size_t count = 1 + random_below(random, 3);

	for (size_t i = 0; i < count; i++) {
		buf_char(out, i == 0 ? '?' : '&');
		buf_add(out, slice_str(PICK(random, parameters)));
		if (!random_one_in(random, 10))
			buf_char(out, '=');
		buf_add(out, slice_str(PICK(random, values)));
	}
}

static int mutate(struct random *random, struct arena *a, struct slice *text)
{
	static const char *const origins[] = { "http://h", "HTTP://u@h:1", "x:", "//h", "h" };
	size_t i = random_below(random, text->len);
	struct slice head = { text->ptr, i }, tail = slice_from(*text, i);
	unsigned choice = (unsigned) random_below(random, 12);
	struct buf out = BUF(a);

	if (choice == 0)
		buf_add(&out, slice_str(PICK(random, origins)));
	buf_add(&out, head);
	if (choice < 5)
		buf_printf(&out, random_one_in(random, 2) ? "%%%02x" : "%%%02X",
			   (unsigned char) tail.ptr[0]);
	else if (choice == 5)
		buf_char(&out, (char) (tail.ptr[0] ^ 0x20));
	else if (choice < 11)
		buf_add(&out, slice_str(PICK(random, bits)));
	buf_add(&out, slice_from(tail, choice < 6 || choice == 11));
	return buf_done(&out, text);
}

static int make(struct random *random, struct arena *a, struct slice *method, struct slice *ret)
{
	const struct route *route = route_at(random_below(random, route_count()));
	struct buf out = BUF(a);

	*method = slice_str(route->method);
	buf_add(&out, slice_str(PICK(random, versions)));
	put_pattern(random, &out, slice_str(route->pattern));
	if (random_one_in(random, 3))
		put_query(random, &out);
	return buf_done(&out, ret);
}

int target_make(struct random *random, const struct recorded *recorded, struct arena *a,
		struct slice *method, struct slice *ret)
{
	size_t changes = random_one_in(random, 2) ? 0 : 1 + random_below(random, 2);
	struct slice text;
	int error = 0;

	if (random_one_in(random, 4)) {
		const struct recorded_call *call =
			&recorded->calls[random_below(random, recorded->count)];

		*method = call->method;
		text = call->target;
	} else {
		error = make(random, a, method, &text);
	}
	if (random_one_in(random, 12))
		*method = slice_str(PICK(random, methods));
	for (size_t i = 0; !error && i < changes && text.len > 0; i++)
		error = mutate(random, a, &text);
	if (!error)
		*ret = text;
	return error;
}
