/*
 * endpoint.c - the calls of Docker's plugin protocol.
 *
 * AuthZReq is asked before the daemon acts and AuthZRes after it. A denial of the second would hide
 * the answer and undo nothing, and all it says has been judged already: it is allowed, and its
 * body, which repeats the request, is dropped unread.
 */
#include "http/endpoint.h"

#include "authz/reply.h"
#include "base/arena.h"
#include "base/array.h"
#include "capture/recording.h"
#include "log/decision-log.h"
#include "metrics/metrics.h"
#include "policy/policy-slot.h"
#include "policy/policy.h"

enum { STATUS_OK = 200, STATUS_NOT_FOUND = 404, STATUS_NOT_ALLOWED = 405 };

struct endpoint {
	const char *path;
	bool reads_body;
	enum metrics_call call;
	/* False when something must be looked up first. */
	bool (*answer)(struct exchange *x, struct slice *ret);
};

static bool answer_activate(struct exchange *x, struct slice *ret)
{
	(void) x;
	*ret = SLICE("{\"Implements\":[\"authz\"]}");
	return true;
}

/* Why the body is not there to be judged, as decide_unheard wants it; "" when it is there. */
static struct slice why_unheard(struct exchange *x)
{
	struct slice why = SLICE("is larger than --max-body allows.");

	switch (x->upload.state) {
	case UPLOAD_TOO_LARGE:
		/* The shorter sentence stays where there is no memory for this one. */
		(void) arena_printf(x->arena, &why,
				    "is larger than the %zu bytes that --max-body allows.",
				    x->service->max_body);
		return why;
	case UPLOAD_NO_MEMORY:
		return SLICE("needs more memory than there is.");
	case UPLOAD_WHOLE:
		break;
	}
	return SLICE("");
}

static void record(struct exchange *x)
{
	if (!x->decision.own_call)
		decision_log_write(x->service->log, &x->decision, x->arena);
	x->recorded = true;
}

/* False while something is to be looked up. */
static bool begin(struct exchange *x)
{
	struct service *service = x->service;
	struct slice why = why_unheard(x);

	/* Now, not when the call began: one that is long in coming is judged by what is in force.
	 * And by the same in the end, whatever is in force then. */
	x->policy = policy_slot_get(service->policies);
	if (why.len > 0)
		decide_unheard(why, x->policy, &service->env, x->arena, &x->decision);
	else if (decide_begin(upload_bytes(&x->upload), x->policy, &service->env, x->arena,
			      service->asker ? &x->looks : NULL, &x->decision)) {
		x->begun = true;
		if (x->looks.count > 0)
			return false;
		decide_end(NULL, &x->decision);
	}
	return true;
}

static bool answer_request(struct exchange *x, struct slice *ret)
{
	if (x->begun)
		decide_end(&x->looks, &x->decision);
	else if (!begin(x))
		return false;
	x->decided = true;
	/* Without --log-required the record is written after the answer. */
	if (decision_log_required(x->service->log))
		record(x);
	*ret = reply_write(&x->decision, x->arena);
	return true;
}

static bool answer_response(struct exchange *x, struct slice *ret)
{
	(void) x;
	*ret = SLICE("{\"Allow\":true}");
	return true;
}

static const struct endpoint endpoints[] = {
	{ "/AuthZPlugin.AuthZReq", true, CALL_REQUEST, answer_request },
	{ "/AuthZPlugin.AuthZRes", false, CALL_RESPONSE, answer_response },
	{ "/Plugin.Activate", false, CALL_ACTIVATE, answer_activate },
};

static const struct endpoint *find_endpoint(struct slice path)
{
	for (size_t i = 0; i < COUNT_OF(endpoints); i++) {
		if (slice_eq(path, slice_str(endpoints[i].path)))
			return &endpoints[i];
	}
	return NULL;
}

size_t endpoint_ceiling(size_t max_body)
{
	/*
	 * A body that arrives in chunks takes up to two of it while it grows; what it says in
	 * base64, and the strings within that, less than one each. The rest is for the verdict and
	 * the record.
	 */
	return 4 * max_body + ((size_t) 2 << 20);
}

static bool reads_body(const struct exchange *x)
{
	return x->endpoint && x->endpoint->reads_body && x->posted;
}

void endpoint_open(struct exchange *x, struct slice method, struct slice path,
		   struct slice content_length)
{
	x->endpoint = find_endpoint(path);
	x->posted = slice_eq(method, SLICE("POST"));
	x->begun = x->decided = x->recorded = false;
	x->looks.count = 0;
	metrics_call_begins(x->service->metrics,
			    x->endpoint && x->posted ? x->endpoint->call : CALL_OTHER);
	if (reads_body(x))
		upload_open(&x->upload, x->arena, x->service->max_body, content_length);
}

void endpoint_receive(struct exchange *x, struct slice bytes)
{
	if (reads_body(x))
		upload_add(&x->upload, bytes);
}

bool endpoint_answer(struct exchange *x, struct answer *ret)
{
	*ret = (struct answer){ .status = STATUS_OK };
	if (!x->endpoint)
		*ret = (struct answer){
			STATUS_NOT_FOUND,
			SLICE("{\"Err\":\"no such call; there are /Plugin.Activate, "
			      "/AuthZPlugin.AuthZReq and /AuthZPlugin.AuthZRes\"}")
		};
	else if (!x->posted)
		*ret = (struct answer){ STATUS_NOT_ALLOWED,
					SLICE("{\"Err\":\"only POST is answered\"}") };
	else
		return x->endpoint->answer(x, &ret->body);
	return true;
}

void endpoint_look(struct exchange *x)
{
	x->errand.looks = &x->looks;
	asker_ask(x->service->asker, &x->errand);
}

/* Nobody waits for this: the answer is on its way. */
static void count(const struct exchange *x)
{
	struct metrics *m = x->service->metrics;

	if (x->decided && x->decision.own_call)
		metrics_own_call(m);
	else if (x->decided)
		metrics_decision(m, &x->decision);
	for (size_t i = 0; x->decided && i < x->looks.count; i++)
		metrics_look(m, x->looks.items[i].status);
	if (!reads_body(x))
		return;
	if (!x->decided)
		metrics_unheard(m, UNHEARD_INCOMPLETE);
	else if (x->upload.state == UPLOAD_TOO_LARGE)
		metrics_unheard(m, UNHEARD_TOO_LARGE);
	else if (x->upload.state == UPLOAD_NO_MEMORY)
		metrics_unheard(m, UNHEARD_NO_MEMORY);
}

static void keep(const struct exchange *x)
{
	struct recording *recording = x->service->recording;

	if (!recording || x->decision.own_call)
		return;
	if (x->upload.state == UPLOAD_WHOLE)
		recording_add(recording, upload_bytes(&x->upload), x->decision.policy);
	else
		recording_add_unheard(recording);
}

void endpoint_close(struct exchange *x)
{
	if (x->decided && !x->recorded)
		record(x);
	if (x->decided)
		keep(x);
	count(x);
	metrics_call_ends(x->service->metrics);
	x->begun = x->decided = false;
	looks_release(&x->looks);
	policy_unref(x->policy);
	x->policy = NULL;
	arena_reset(x->arena);
}
