#include "report/flow.h"

#include <stdint.h>

#include "base/array.h"
#include "base/buf.h"
#include "policy/rule.h"

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Words that YAML may take for something else. */
static bool is_special(struct slice s)
{
	static const char *const words[] = { "true", "false", "yes",  "no",
					     "on",   "off",   "null", "never" };

	for (size_t i = 0; i < COUNT_OF(words); i++) {
		if (slice_eq_nocase(s, slice_str(words[i])))
			return true;
	}
	return false;
}

bool flow_is_plain(struct slice s)
{
	if (s.len == 0 || is_special(s) || (!is_letter(s.ptr[0]) && s.ptr[0] != '/'))
		return false;
	for (size_t i = 0; i < s.len; i++) {
		if (!is_letter(s.ptr[i]) && !is_digit(s.ptr[i]) &&
		    !slice_find(SLICE("/_.:@-"), s.ptr[i]))
			return false;
	}
	return s.ptr[s.len - 1] != ':';
}

void flow_word(struct buf *b, struct slice s)
{
	if (flow_is_plain(s))
		buf_add(b, s);
	else
		buf_json(b, s);
}

/* In the largest unit that it is a whole number of. */
static void write_size(struct buf *b, uint64_t bytes)
{
	static const char units[] = "kmgt";
	size_t unit = 0;

	while (bytes > 0 && bytes % 1024 == 0 && unit < sizeof(units) - 1) {
		bytes /= 1024;
		unit++;
	}
	buf_u64(b, bytes);
	if (unit > 0)
		buf_char(b, units[unit - 1]);
}

static void write_words(struct buf *b, const struct words *words)
{
	buf_char(b, '[');
	for (size_t i = 0; i < words->count; i++) {
		buf_add(b, i > 0 ? SLICE(", ") : SLICE(""));
		flow_word(b, words->items[i]);
	}
	buf_char(b, ']');
}

static void write_paths(struct buf *b, const struct allowed_paths *paths)
{
	buf_char(b, '[');
	for (size_t i = 0; i < paths->count; i++) {
		buf_add(b, i > 0 ? SLICE(", ") : SLICE(""));
		buf_add(b, paths->items[i].read_only ? SLICE("{ path: ") : SLICE(""));
		flow_word(b, paths->items[i].path);
		buf_add(b, paths->items[i].read_only ? SLICE(", read_only: true }") : SLICE(""));
	}
	buf_char(b, ']');
}

/* A capability or a CDI device has no permissions; a path without any has all three. */
static void write_devices(struct buf *b, const struct allowed_devices *devices)
{
	buf_char(b, '[');
	for (size_t i = 0; i < devices->count; i++) {
		const struct allowed_device *d = &devices->items[i];
		bool some = d->permissions.len > 0 && d->permissions.len < 3;

		buf_add(b, i > 0 ? SLICE(", ") : SLICE(""));
		buf_add(b, some ? SLICE("{ path: ") : SLICE(""));
		flow_word(b, d->path);
		if (some)
			buf_printf(b, ", permissions: %.*s }", SLICE_ARG(d->permissions));
	}
	buf_char(b, ']');
}

static void write_pairs(struct buf *b, const struct word_pairs *pairs)
{
	buf_add(b, pairs->count > 0 ? SLICE("{ ") : SLICE("{"));
	for (size_t i = 0; i < pairs->count; i++) {
		buf_add(b, i > 0 ? SLICE(", ") : SLICE(""));
		flow_word(b, pairs->items[i].name);
		buf_add(b, SLICE(": "));
		flow_word(b, pairs->items[i].value);
	}
	buf_add(b, pairs->count > 0 ? SLICE(" }") : SLICE("}"));
}

void flow_value(struct buf *b, const struct param *p, const void *config)
{
	const void *value = (const char *) config + p->offset;

	switch (p->kind) {
	case PARAM_BOOL_:
		buf_add(b, *(const bool *) value ? SLICE("true") : SLICE("false"));
		break;
	case PARAM_COUNT_:
		buf_u64(b, *(const uint64_t *) value);
		break;
	case PARAM_SIZE_:
		write_size(b, *(const uint64_t *) value);
		break;
	case PARAM_WORDS_:
	case PARAM_PATHS_:
		write_words(b, value);
		break;
	case PARAM_WORD_:
		flow_word(b, *(const struct slice *) value);
		break;
	case PARAM_ALLOWED_PATHS_:
		write_paths(b, value);
		break;
	case PARAM_DEVICES_:
		write_devices(b, value);
		break;
	case PARAM_PAIRS_:
		write_pairs(b, value);
		break;
	case PARAM_END:
		break;
	}
}
