#include "capture/capture-body.h"

#include "base/arena.h"
#include "base/buf.h"
#include "redact/redact.h"
#include "json/gojson.h"

static void write_string(const struct gojson_span *s, const struct redaction *r, struct buf *b)
{
	struct buf text = BUF(b->arena);
	struct slice shown = SLICE("");

	switch (s->hides) {
	case HIDES_ARGUMENTS:
		redact_command(r, s->text, &text);
		break;
	case HIDES_OPTIONS:
		redact_option(r, s->key, s->text, &text);
		break;
	case HIDES_NOTHING:
		redact_urls(r, s->text, &text);
		break;
	case HIDES_TEXT:
		/* Rules tell something from nothing. */
		if (s->text.len > 0)
			buf_add(&text, r->mark);
		break;
	}
	if (text.failed || buf_done(&text, &shown))
		b->failed = true;
	buf_json(b, shown);
}

static void write_value(const struct gojson_span *s, const struct redaction *r, struct buf *b)
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
		write_string(s, r, b);
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

int capture_body(struct slice body, const struct gojson_spans *spans, const struct policy *policy,
		 struct arena *a, struct slice *ret)
{
	const char *at = body.ptr, *end = body.ptr + body.len;
	struct redaction r = redact_for_replay(policy);
	struct buf b = BUF(a);

	for (size_t i = 0; i < spans->count; i++) {
		const char *begin = value_begin(&spans->items[i]);

		buf_add(&b, (struct slice){ at, (size_t) (begin - at) });
		write_value(&spans->items[i], &r, &b);
		at = spans->items[i].end;
	}
	buf_add(&b, (struct slice){ at, (size_t) (end - at) });
	return buf_done(&b, ret);
}
