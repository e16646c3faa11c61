#include "capture/capture.h"

#include <stdbool.h>

#include "authz/decide.h"
#include "authz/envelope.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/fold.h"
#include "base/json-writer.h"
#include "base/place.h"
#include "base/utf8.h"
#include "capture/capture-body.h"
#include "capture/capture-target.h"
#include "docker/route.h"
#include "redact/redact.h"
#include "json/base64.h"
#include "json/gojson.h"

/* What stands in `body` of the mark that each line carries. */
enum kept { KEPT_NONE, KEPT_READ, KEPT_UNREAD };

struct capture {
	const struct envelope *envelope;
	const struct complaints *unknown; /* keys of the envelope */
	struct slice target, body;
	enum kept kept;
	bool left_out; /* there was a body, and none is written */
};

/* Begins the line, with the mark up to its last value. */
static void begin_mark(struct buf *b, const struct timespec *time, struct json_name last)
{
	char when[CLOCK_TEXT];

	json_write_object(b);
	json_write_key(b, JSON_NAME("CisAuthzRecording"));
	json_write_object(b);
	json_write_key(b, JSON_NAME("version"));
	json_write_number(b, 1);
	json_write_key(b, JSON_NAME("time"));
	json_write_plain(b, clock_text(time, when));
	json_write_key(b, last);
}

static void end_line(struct buf *b)
{
	json_write_object_end(b);
	buf_char(b, '\n');
}

static void write_text(struct buf *b, struct json_name name, struct slice value)
{
	if (value.len == 0)
		return;
	json_write_key(b, name);
	json_write_string(b, value);
}

static void write_header(struct buf *b, struct json_name name, struct slice value)
{
	json_write_key(b, name);
	json_write_string(b, value);
}

/* What docker/body.c tells apart, and no more: the rest of the header is the caller's own. */
static struct slice content_type(struct slice given)
{
	struct slice type, parameters, head, rest;

	slice_cut(given, ';', &type, &parameters);
	type = utf8_trim(type);
	slice_cut(type, '/', &head, &rest);
	if (slice_eq_nocase(type, SLICE("application/json")))
		return SLICE("application/json");
	if (fold_lower_eq(type, SLICE("application/x-www-form-urlencoded")))
		return SLICE("application/x-www-form-urlencoded");
	if (fold_lower_eq(head, SLICE("multipart")))
		return SLICE("multipart/form-data");
	return type.len > 0 ? SLICE("other") : type;
}

/*
 * body.c takes an empty body for a hidden one unless its length is "0", or neither length nor type
 * is given. So a body that is left out has the length 0, and one that was hidden another.
 */
static int write_length(const struct capture *r, struct buf *b)
{
	const struct call *call = &r->envelope->call;
	struct slice length;
	int error;

	if (r->body.len > 0) {
		error = arena_printf(b->arena, &length, "%zu", r->body.len);
		if (error)
			return error;
	} else if (r->left_out || slice_eq(slice_trim(call->content_length), SLICE("0"))) {
		length = SLICE("0");
	} else if (call->has_content_length) {
		length = SLICE("1");
	} else {
		return 0;
	}
	write_header(b, JSON_NAME("Content-Length"), length);
	return 0;
}

static int write_headers(const struct capture *r, struct buf *b)
{
	const struct call *call = &r->envelope->call;
	int error;

	json_write_key(b, JSON_NAME("RequestHeaders"));
	json_write_object(b);
	if (call->has_content_type)
		write_header(b, JSON_NAME("Content-Type"), content_type(call->content_type));
	error = write_length(r, b);
	if (call->upgrades)
		write_header(b, JSON_NAME("Upgrade"), SLICE(""));
	json_write_object_end(b);
	return error;
}

static int write_body(const struct capture *r, struct buf *b)
{
	struct slice text;
	int error;

	if (r->body.len == 0)
		return 0;
	error = base64_write(b->arena, r->body, &text);
	if (error)
		return error;
	json_write_key(b, JSON_NAME("RequestBody"));
	json_write_plain(b, text);
	return 0;
}

static int write_line(const struct capture *r, const struct timespec *time, struct arena *a,
		      struct slice *ret)
{
	static const char *const kept[] = {
		[KEPT_NONE] = "none",
		[KEPT_READ] = "read",
		[KEPT_UNREAD] = "unread",
	};
	const struct envelope *e = r->envelope;
	struct buf b = BUF(a);
	int error;

	begin_mark(&b, time, JSON_NAME("body"));
	json_write_plain(&b, slice_str(kept[r->kept]));
	json_write_object_end(&b);
	/* A key that is unknown is objected to, whatever its value. */
	for (const struct complaint *c = r->unknown->first; c; c = c->next) {
		json_write_any_key(&b, c->at->key);
		json_write_null(&b);
	}
	write_text(&b, JSON_NAME("User"), e->user);
	write_text(&b, JSON_NAME("UserAuthNMethod"), e->authn);
	write_text(&b, JSON_NAME("RequestMethod"), e->call.method);
	write_text(&b, JSON_NAME("RequestUri"), r->target);
	error = write_headers(r, &b);
	if (!error)
		error = write_body(r, &b);
	end_line(&b);
	return error ? error : buf_done(&b, ret);
}

static bool is_read(enum route_body kind)
{
	return kind == BODY_JSON || kind == BODY_JSON_OPTIONAL;
}

/* What some calls may say in the place of nothing, which no table looks into. */
static bool says_nothing(struct slice body)
{
	body = slice_trim(body);
	return slice_eq(body, SLICE("null")) || slice_eq(body, SLICE("{}"));
}

static int keep_body(struct capture *r, const struct route *route, const struct reading *reading,
		     const struct policy *policy, struct arena *a)
{
	const struct gojson_spans *spans = reading->spans;
	struct slice body = r->envelope->call.body;

	if (body.len == 0)
		return 0;
	if (spans->whole) {
		r->kept = KEPT_READ;
		return capture_body(body, spans, policy, a, &r->body);
	}
	if (spans->begun) {
		/* Broken: what follows the break may be anything. This is as unreadable. */
		r->kept = KEPT_UNREAD;
		r->body = SLICE("\"a body that could not be read, and is not recorded\"");
	} else if (says_nothing(body)) {
		r->kept = KEPT_READ;
		r->body = body;
	} else if (is_read(route->body) || reading->unread.count > 0) {
		/* Refused for its Content-Type, before anybody looked into it. */
		r->kept = KEPT_UNREAD;
		r->body = SLICE("{}");
	} else {
		r->left_out = true;
	}
	return 0;
}

static int keep(struct capture *r, struct call *call, const struct policy *policy, struct arena *a)
{
	struct redaction redaction = redact_for_replay(policy);
	struct gojson_spans spans = { 0 };
	struct intent in = { .arena = a, .subjects = SUBJECT_CALL };
	int error;

	reading_start(&in.reading, a);
	in.reading.spans = &spans;
	error = decide_understand(call, a, &in);
	if (error)
		return error;
	if (!call->uri.path.ptr) {
		r->left_out = call->body.len > 0;
		return capture_target(&in.reading, a, &r->target);
	}
	error = redact_target_for(&redaction, call->target, a, &r->target);
	if (error)
		return error;
	return keep_body(r, route_find(call->method, call->uri.path, &in.object), &in.reading,
			 policy, a);
}

/* A line of a question that there is nothing of. */
static int write_missing(const struct timespec *time, const char *why, struct arena *a,
			 struct slice *ret)
{
	struct buf b = BUF(a);

	begin_mark(&b, time, JSON_NAME("question"));
	json_write_plain(&b, slice_str(why));
	json_write_object_end(&b);
	end_line(&b);
	return buf_done(&b, ret);
}

int capture_call(struct slice question, const struct policy *policy, const struct timespec *time,
		 struct arena *a, struct slice *ret)
{
	struct envelope envelope;
	struct reading reading;
	struct capture r = { .envelope = &envelope, .unknown = &reading.unknown };
	int error;

	reading_start(&reading, a);
	error = envelope_read(question, a, &envelope, &reading);
	/* No question: replayed without a method it is none again. */
	if (error == BAD_INPUT)
		return write_missing(time, "unread", a, ret);
	if (!error)
		error = keep(&r, &envelope.call, policy, a);
	return error ? error : write_line(&r, time, a, ret);
}

int capture_unheard(const struct timespec *time, struct arena *a, struct slice *ret)
{
	return write_missing(time, "unheard", a, ret);
}

size_t capture_loss(uint64_t count, const struct timespec *time, char *line, size_t size)
{
	struct buf b = BUF_OVER(line, size);

	begin_mark(&b, time, JSON_NAME("lost"));
	json_write_number(&b, count);
	json_write_object_end(&b);
	end_line(&b);
	return b.len;
}
