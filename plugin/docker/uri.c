/*
 * uri.c - takes a request target apart.
 *
 * We are shown the target as the client sent it. The daemon acts on what Go's url.ParseRequestURI
 * and gorilla/mux make of it: absolute form without its origin, path decoded once, query split at
 * '&'. We read it the same way, and refuse the targets on which two readers differ:
 *   - '#': the daemon routes on it as text, but looks for a fragment when it decides whether to
 *     show us the body;
 *   - bytes above ASCII: what is not UTF-8 was replaced before we see it;
 *   - a path that is not clean: the daemon redirects to another one;
 *   - ';' in the query: '&' to engines built with Go before 1.17, an error or nothing to later
 *     ones;
 *   - a parameter twice, or twice but for its case: one reader takes the first, another the last;
 *   - escaped control bytes, but for the blanks of a commit message of several lines.
 * No Docker client sends any of these on its own.
 */
#include "docker/uri.h"

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/number.h"
#include "base/path.h"
#include "base/percent.h"
#include "base/place.h"
#include "base/utf8.h"

enum { PARAMS_MAX = 256 };

enum part { PART_PATH, PART_QUERY };

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* What is wrong with decoded text, or NULL. */
static const char *text_complaint(struct slice text, enum part part)
{
	for (size_t i = 0; i < text.len; i++) {
		unsigned char c = (unsigned char) text.ptr[i];

		bool blank = c == '\t' || c == '\n' || c == '\r';

		if ((c < 0x20 && !(blank && part == PART_QUERY)) || c == 0x7f)
			return "holds an escaped control byte; leave it out";
		if (c >= 0x80 && part == PART_PATH)
			return "holds an escape above %7E; no path of Docker has one";
	}
	if (!utf8_valid(text))
		return "is not valid UTF-8; send it as UTF-8";
	return NULL;
}

/* BAD_INPUT, with the complaint in `why` alone; -ENOMEM. */
static int decode(struct slice s, enum part part, struct arena *a, struct slice *ret,
		  const char **why)
{
	struct slice text;
	int error = percent_decode(s, part == PART_QUERY, a, &text);

	if (error == BAD_INPUT)
		*why = "holds % without two hexadecimal digits; write %25 instead";
	if (error)
		return error;
	*why = text.ptr == s.ptr ? NULL : text_complaint(text, part);
	if (*why)
		return BAD_INPUT;
	*ret = text;
	return 0;
}

static int check_bytes(struct slice target, struct reading *reading)
{
	for (size_t i = 0; i < target.len; i++) {
		unsigned char c = (unsigned char) target.ptr[i];

		if (c == '#' || c == '\\')
			return reading_unread(
				reading, PLACE_WORDS("the request's target"),
				"holds `%c`, which readers take in different ways; write %%%02X", c,
				c);
		if (c < 0x21 || c >= 0x7f)
			return reading_unread(
				reading, PLACE_WORDS("the request's target"),
				"holds the byte 0x%02X; send printable ASCII and percent escapes",
				c);
	}
	return 0;
}

/* The daemon takes "http://host:1/path" for "/path", whatever the scheme and the host are. */
static bool strip_origin(struct slice path, struct slice *ret)
{
	struct slice scheme, rest;
	const char *slash;

	if (slice_starts(path, SLICE("/"))) {
		*ret = path;
		return true;
	}
	if (!slice_cut(path, ':', &scheme, &rest) || !slice_starts(rest, SLICE("//")))
		return false;
	if (scheme.len == 0 || !is_letter(scheme.ptr[0]))
		return false;
	for (size_t i = 1; i < scheme.len; i++) {
		char c = scheme.ptr[i];

		if (!is_letter(c) && !is_digit(c) && c != '+' && c != '-' && c != '.')
			return false;
	}
	rest = slice_from(rest, 2);
	slash = slice_find(rest, '/');
	*ret = slash ? slice_from(rest, (size_t) (slash - rest.ptr)) : SLICE("/");
	return true;
}

/* A part that is missing or empty counts as 0, as it does for the daemon. */
static bool read_version_part(struct slice part, unsigned *ret)
{
	uint64_t value = 0;

	if (part.len > 0 && !number_u64(part, &value))
		return false;
	if (value > UINT_MAX)
		return false;
	*ret = (unsigned) value;
	return true;
}

/*
 * Takes "/v1.41" off the front. The daemon's router knows it as /v[0-9.]+ with a slash behind, and
 * compares the parts as numbers: v01.041, v1.41. and v1.41.0 are all 1.41.
 */
static int strip_version(struct slice *path, struct api_version *ret, struct reading *reading)
{
	struct slice rest, major, minor = SLICE("");
	size_t end = 2;

	if (!slice_starts(*path, SLICE("/v")))
		return 0;
	while (end < path->len && (is_digit(path->ptr[end]) || path->ptr[end] == '.'))
		end++;
	if (end == 2 || end == path->len || path->ptr[end] != '/')
		return 0;

	if (slice_cut((struct slice){ path->ptr + 2, end - 2 }, '.', &major, &rest))
		slice_cut(rest, '.', &minor, &rest);
	if (!read_version_part(major, &ret->major) || !read_version_part(minor, &ret->minor))
		return reading_unread(reading, PLACE_WORDS("the request's API version"),
				      "is too large a number; send one such as /v1.41");
	ret->given = true;
	*path = slice_from(*path, end);
	return 0;
}

/* The routes that do end in a slash; to any other path that does the daemon answers 404 or 400. */
static bool ends_in_slash(struct slice path)
{
	return slice_eq(path, SLICE("/networks/")) || slice_eq(path, SLICE("/debug/pprof/"));
}

static int read_path(struct slice text, struct arena *a, struct uri *ret, struct reading *reading)
{
	const struct place *at = PLACE_WORDS("the request's path");
	struct slice whole, clean;
	const char *why;
	int r;

	if (!strip_origin(text, &text))
		return reading_unread(
			reading, at,
			"does not begin with `/`; send one such as /v1.41/containers/json");
	r = decode(text, PART_PATH, a, &whole, &why);
	if (r == BAD_INPUT)
		return reading_unread(reading, at, "%s", why);
	if (r != 0)
		return r;

	ret->path = whole;
	r = strip_version(&ret->path, &ret->api, reading);
	if (r != 0 || ends_in_slash(ret->path))
		return r;
	r = path_clean(a, whole, &clean);
	if (r != 0)
		return r;
	if (!slice_eq(whole, clean))
		return reading_unread(
			reading, at,
			"is not clean; leave out `//`, `/./`, `/../` and a slash at the end");
	return 0;
}

/* Parameters that the daemon reads as a list. Of any other it takes the first. */
static bool is_list(struct slice name)
{
	return slice_eq(name, SLICE("t")) || slice_eq(name, SLICE("changes")) ||
	       slice_eq(name, SLICE("extrahosts")) || slice_eq(name, SLICE("names")) ||
	       slice_eq(name, SLICE("platform")) || slice_eq(name, SLICE("platforms")) ||
	       slice_eq(name, SLICE("type"));
}

static int param_unread(struct reading *reading, struct slice name, const char *why)
{
	const struct place *at = place_query(reading->arena, name);

	return at ? reading_unread(reading, at, "%s", why) : -ENOMEM;
}

/* The last of `count` parameters against those before it. */
static int check_repeat(const struct uri_param *params, size_t count, struct reading *reading)
{
	struct slice name = params[count - 1].name;

	for (size_t i = 0; i < count - 1; i++) {
		if (!slice_eq_nocase(params[i].name, name))
			continue;
		if (!slice_eq(params[i].name, name))
			return param_unread(reading, name,
					    "stands twice but for its letter case; send one");
		if (!is_list(name))
			return param_unread(reading, name, "stands twice; send it once");
	}
	return 0;
}

static int read_param(struct slice pair, struct arena *a, struct uri_param *ret,
		      struct reading *reading)
{
	struct slice name, value = SLICE("");
	const char *why;
	int r;

	slice_cut(pair, '=', &name, &value);
	r = decode(name, PART_QUERY, a, &ret->name, &why);
	if (r == BAD_INPUT)
		return reading_unread(reading, PLACE_WORDS("a parameter of the request's query"),
				      "%s", why);
	if (r != 0)
		return r;
	r = decode(value, PART_QUERY, a, &ret->value, &why);
	if (r == BAD_INPUT)
		return param_unread(reading, ret->name, why);
	return r;
}

static int read_query(struct slice query, struct arena *a, struct uri *ret, struct reading *reading)
{
	const struct place *at = PLACE_WORDS("the request's query");
	struct uri_param *params;
	size_t pairs = 1, count = 0;
	struct slice pair;
	bool more = true;
	int r;

	if (query.len == 0)
		return 0;
	if (slice_find(query, ';'))
		return reading_unread(reading, at,
				      "holds `;`, which some engines read as `&`; write %%3B");
	for (size_t i = 0; i < query.len; i++)
		pairs += query.ptr[i] == '&';
	if (pairs > PARAMS_MAX)
		return reading_unread(reading, at, "has %zu parameters; send at most %d", pairs,
				      PARAMS_MAX);

	params = arena_alloc(a, pairs, sizeof(*params));
	if (!params)
		return -ENOMEM;
	while (more) {
		more = slice_cut(query, '&', &pair, &query);
		if (pair.len == 0)
			continue;
		r = read_param(pair, a, &params[count], reading);
		if (r != 0)
			return r;
		count++;
		r = check_repeat(params, count, reading);
		if (r != 0)
			return r;
	}
	ret->params = params;
	ret->count = count;
	return 0;
}

int uri_read(struct slice target, struct arena *a, struct uri *ret, struct reading *reading)
{
	struct slice path, query = SLICE("");
	struct uri uri = { 0 };
	int r;

	r = check_bytes(target, reading);
	if (r != 0)
		return r;
	slice_cut(target, '?', &path, &query);
	r = read_path(path, a, &uri, reading);
	if (r != 0)
		return r;
	r = read_query(query, a, &uri, reading);
	if (r != 0)
		return r;
	*ret = uri;
	return 0;
}

bool uri_param(const struct uri *u, struct slice name, struct slice *ret)
{
	for (size_t i = 0; i < u->count; i++) {
		if (slice_eq(u->params[i].name, name)) {
			*ret = u->params[i].value;
			return true;
		}
	}
	return false;
}
