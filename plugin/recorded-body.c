#include "recorded-body.h"

#include "base/arena.h"
#include "base/buf.h"
#include "docker/build.h"
#include "docker/gojson.h"
#include "recorded-text.h"

/* Words such as `ref=R`, or R alone; of any other its name. */
static void write_caches(struct slice text, struct buf *b)
{
	struct slice word, key, value;
	bool more = true;

	for (bool first = true; more; first = false) {
		more = slice_cut(text, ',', &word, &text);
		if (!first)
			buf_char(b, ',');
		if (!slice_cut(word, '=', &key, &value)) {
			recorded_url(word, b);
			continue;
		}
		buf_add(b, key);
		buf_char(b, '=');
		if (slice_eq(key, SLICE("ref")))
			recorded_url(value, b);
		else
			buf_char(b, 'x');
	}
}

static void write_string(const struct gojson_span *s, const struct policy *policy, struct buf *b)
{
	struct buf text = BUF(b->arena);
	struct slice shown = SLICE("");

	switch (s->hides) {
	case HIDES_ARGUMENTS:
		recorded_arguments(s->text, policy, &text);
		break;
	case HIDES_OPTIONS:
		recorded_option(s->key, s->text, &text);
		break;
	case HIDES_OUTPUTS:
		buf_add(&text, build_reads_attribute(s->key) ? s->text : SLICE("x"));
		break;
	case HIDES_CACHES:
		write_caches(s->text, &text);
		break;
	case HIDES_NOTHING:
	case HIDES_TEXT:
		break;
	}
	if (text.failed || buf_done(&text, &shown))
		b->failed = true;
	buf_json(b, shown);
}

static void write_value(const struct gojson_span *s, const struct policy *policy, struct buf *b)
{
	switch (s->kind) {
	case SPAN_IGNORED:
		buf_add(b, SLICE("null"));
		break;
	case SPAN_OBJECTED:
		buf_add(b, SLICE("1"));
		break;
	case SPAN_WRONG:
		/* No field takes a fraction, so it is as wrong as what stood there. */
		buf_add(b, SLICE("0.5"));
		break;
	case SPAN_STRING:
		write_string(s, policy, b);
		break;
	}
}

/* Of a list, the comma before the value belongs to the list. */
static const char *value_begin(const struct gojson_span *s)
{
	const char *p = s->begin;

	while (p < s->end && slice_find(SLICE(" \t\r\n,"), *p))
		p++;
	return p;
}

int recorded_body(struct slice body, const struct gojson_spans *spans, const struct policy *policy,
		  struct arena *a, struct slice *ret)
{
	const char *at = body.ptr, *end = body.ptr + body.len;
	struct buf b = BUF(a);

	for (size_t i = 0; i < spans->count; i++) {
		const char *begin = value_begin(&spans->items[i]);

		buf_add(&b, (struct slice){ at, (size_t) (begin - at) });
		write_value(&spans->items[i], policy, &b);
		at = spans->items[i].end;
	}
	buf_add(&b, (struct slice){ at, (size_t) (end - at) });
	return buf_done(&b, ret);
}
