/*
 * target.c - a request target without its secrets.
 *
 * shown.def lists the parameters of which something may be shown. What cannot be taken apart is
 * hidden whole, as is what readers could take apart in another way than we do: a value with ';' in
 * it, a fragment. Such requests are denied, but recorded too.
 */
#include <stdbool.h>
#include <string.h>

#include "base/arena.h"
#include "base/array.h"
#include "base/buf.h"
#include "base/percent.h"
#include "redact/json.h"
#include "redact/redact.h"
#include "redact/url.h"

/* For people, of longer ones the rest is left out, so that what is shown costs little. */
enum { MOST_TARGET = 8192 };

enum kind {
	KIND_HIDDEN,
	KIND_SHOWN,
	KIND_HOST,
	KIND_NAMES,
	KIND_PAIRS,
	KIND_LISTS,
	KIND_CHANGES,
};

/* False, and KIND_HIDDEN, where no call has such a parameter. */
static bool find_kind(struct slice name, enum kind *ret)
{
	static const struct {
		struct slice name;
		enum kind kind;
	} params[] = {
#define PARAM(name, kind, why) { { name, sizeof(name) - 1 }, KIND_##kind },
#include "redact/shown.def"
#undef PARAM
	};

	*ret = KIND_HIDDEN;
	for (size_t i = 0; i < COUNT_OF(params); i++) {
		if (slice_eq(name, params[i].name)) {
			*ret = params[i].kind;
			return true;
		}
	}
	return false;
}

/* False when the value must be hidden whole. */
static bool write_known(const struct redaction *r, struct slice value, enum kind kind,
			struct buf *b)
{
	switch (kind) {
	case KIND_HIDDEN:
		break;
	case KIND_SHOWN:
		redact_urls(r, value, b);
		return true;
	case KIND_HOST:
		redact_host(r, value, b);
		return true;
	case KIND_NAMES:
		return json_redact_names(r, value, b);
	case KIND_PAIRS:
		return json_redact_pairs(r, value, b);
	case KIND_LISTS:
		return json_redact_lists(r, value, b);
	case KIND_CHANGES:
		redact_instructions(r, value, b);
		return true;
	}
	return false;
}

/* Nearly every value: a name, a number, a path. */
static bool is_harmless(struct slice value, enum kind kind)
{
	if (value.len == 0)
		return true;
	if (kind == KIND_HOST && (slice_find(value, '@') || slice_find(value, '?')))
		return false;
	return (kind == KIND_SHOWN || kind == KIND_HOST) && !slice_find(value, '%') &&
	       !url_find(value);
}

static void write_value(const struct redaction *r, struct slice value, enum kind kind,
			struct buf *b)
{
	struct buf shown = BUF(b->arena);
	struct slice given, text;

	if (is_harmless(value, kind)) {
		buf_add(b, value);
		return;
	}
	if (percent_decode(value, true, b->arena, &given) || !write_known(r, given, kind, &shown) ||
	    buf_done(&shown, &text)) {
		buf_add(b, r->mark);
		return;
	}
	/* With the client's own escapes, where nothing had to be hidden. */
	if (slice_eq(given, text))
		buf_add(b, value);
	else
		buf_percent(b, text, SLICE("-._~*:/@,="));
}

static void write_param(const struct redaction *r, struct slice param, struct buf *b)
{
	struct slice name, value;
	enum kind kind;

	if (!slice_cut(param, '=', &name, &value)) {
		/* Somebody may have forgotten the name that belongs before it. */
		bool known = param.len == 0 || r->replays || find_kind(param, &kind);

		buf_add(b, known ? param : r->mark);
		return;
	}
	buf_add(b, name);
	buf_char(b, '=');
	if (percent_decode(name, true, b->arena, &name) || slice_find(param, ';') ||
	    !find_kind(name, &kind))
		kind = KIND_HIDDEN;
	write_value(r, value, kind, b);
}

/*
 * The origin of an absolute target is nobody's business, and may hold a password. For the daemon it
 * ends at the first slash; a password may hold one.
 */
static void write_path(const struct redaction *r, struct slice path, bool was_cut, struct buf *b)
{
	const char *scheme = slice_starts(path, SLICE("/")) ? NULL : url_find(path);
	const char *at = path.len > 0 ? memrchr(path.ptr, '@', path.len) : NULL, *slash;
	struct slice rest;
	size_t origin;

	if (!scheme) {
		url_redact(r, path, was_cut, b);
		return;
	}
	origin = url_origin(path, scheme);
	rest = slice_from(path, origin);
	buf_add(b, (struct slice){ path.ptr, origin });
	buf_add(b, r->mark);
	if (was_cut)
		return;
	slash = slice_find(rest, '/');
	if (!r->replays && slash && at > slash)
		slash = slice_find(slice_from(rest, (size_t) (at - rest.ptr)), '/');
	if (slash)
		buf_add(b, slice_from(rest, (size_t) (slash - rest.ptr)));
}

static void write_target(const struct redaction *r, struct slice target, struct buf *b)
{
	bool was_cut = !r->replays && target.len > MOST_TARGET, has_fragment, more;
	struct slice path, query, fragment, param;

	if (was_cut)
		target.len = MOST_TARGET;
	has_fragment = slice_cut(target, '#', &target, &fragment);
	more = slice_cut(target, '?', &path, &query);
	write_path(r, path, was_cut && !more, b);
	if (more)
		buf_char(b, '?');
	while (more) {
		more = slice_cut(query, '&', &param, &query);
		if (more || !was_cut || has_fragment)
			write_param(r, param, b);
		else
			buf_add(b, r->mark);
		if (more)
			buf_char(b, '&');
	}
	if (has_fragment) {
		buf_char(b, '#');
		buf_add(b, r->mark);
	}
}

int redact_target_for(const struct redaction *r, struct slice target, struct arena *a,
		      struct slice *ret)
{
	struct buf b = BUF(a);

	write_target(r, target, &b);
	return buf_done(&b, ret);
}

int redact_target(struct slice target, struct arena *a, struct slice *ret)
{
	if (slice_find(target, '?') || slice_find(target, '#') || url_find(target))
		return redact_target_for(&redact_for_people, target, a, ret);
	if (target.len > MOST_TARGET)
		target.len = MOST_TARGET;
	*ret = target;
	return 0;
}
