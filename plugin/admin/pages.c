#include "admin/pages.h"

#include <stdint.h>
#include <stdlib.h>

#include "admin/health.h"
#include "admin/metrics-text.h"
#include "admin/status.h"
#include "base/arena.h"
#include "base/array.h"
#include "base/buf.h"
#include "base/clock.h"
#include "service/door.h"

enum {
	STATUS_OK = 200,
	STATUS_NOT_FOUND = 404,
	STATUS_NOT_ALLOWED = 405,
	STATUS_BROKEN = 500,
	STATUS_UNAVAILABLE = 503,
};

/* Every series there can be, and the blocks that growing text leaves behind. */
static const size_t MEMORY = (size_t) 1 << 20;

static const char PLAIN[] = "text/plain; charset=utf-8";

struct pages {
	struct pages_subject subject;
	struct arena *arena; /* of one answer */

	/*
	 * The workers are asked at most once a second: who asks us a thousand times must not take
	 * their time from Docker.
	 */
	int64_t asked;
	bool healthy;
	struct slice why; /* in `health` */
	struct arena *health;
};

struct pages *pages_new(const struct pages_subject *subject)
{
	OWN(pages) p = calloc(1, sizeof(*p));

	if (!p)
		return NULL;
	p->subject = *subject;
	p->arena = arena_new(MEMORY);
	p->health = arena_new(MEMORY);
	return p->arena && p->health ? TAKE(p) : NULL;
}

void pages_free(struct pages *p)
{
	if (!p)
		return;
	arena_free(p->arena);
	arena_free(p->health);
	free(p);
}

static bool is_healthy(struct pages *p, const struct status *s)
{
	struct buf why = BUF(p->health);

	if (p->asked == clock_millis() / 1000)
		return p->healthy;

	arena_reset(p->health);
	p->healthy = health_ask(door_dial(s->door, &why), s->policy, p->health, &why);
	if (buf_done(&why, &p->why) != 0)
		p->why = SLICE("there is no memory to say why\n");
	p->asked = clock_millis() / 1000;
	return p->healthy;
}

static void answer_metrics(struct pages *p, const struct status *s, struct page *ret)
{
	struct buf why = BUF(p->arena);
	bool ready = status_ready(s, &why);

	ret->status = STATUS_OK;
	ret->type = METRICS_TEXT_TYPE;
	if (metrics_text(p->subject.metrics, s, is_healthy(p, s), ready, p->arena, &ret->body) != 0)
		*ret = (struct page){ STATUS_BROKEN, PLAIN, SLICE("out of memory\n") };
}

static void answer_health(struct pages *p, const struct status *s, struct page *ret)
{
	if (is_healthy(p, s))
		*ret = (struct page){ STATUS_OK, PLAIN, SLICE("ok\n") };
	else
		*ret = (struct page){ STATUS_UNAVAILABLE, PLAIN, p->why };
}

static void answer_readiness(struct pages *p, const struct status *s, struct page *ret)
{
	struct buf why = BUF(p->arena);

	*ret = (struct page){ STATUS_UNAVAILABLE, PLAIN, SLICE("") };
	if (status_ready(s, &why)) {
		ret->status = STATUS_OK;
		buf_add(&why, SLICE("ready\n"));
	}
	/* Without them more is unseen, and nothing is allowed for it. */
	buf_printf(&why, "look-ups: %s\n", asker_state_name(s->looks));
	if (buf_done(&why, &ret->body) != 0)
		ret->body = SLICE("there is no memory to say why\n");
}

static const struct {
	const char *path;
	void (*answer)(struct pages *p, const struct status *s, struct page *ret);
} pages[] = {
	{ "/metrics", answer_metrics },
	{ "/healthz", answer_health },
	{ "/readyz", answer_readiness },
};

void pages_answer(struct pages *p, struct slice method, struct slice path, struct page *ret)
{
	struct status status;

	*ret = (struct page){ STATUS_NOT_ALLOWED, PLAIN,
			      SLICE("only GET and HEAD are answered\n") };
	if (!slice_eq(method, SLICE("GET")) && !slice_eq(method, SLICE("HEAD")))
		return;

	*ret = (struct page){ STATUS_NOT_FOUND, PLAIN,
			      SLICE("there are /metrics, /healthz and /readyz\n") };
	for (size_t i = 0; i < COUNT_OF(pages); i++) {
		if (!slice_eq(path, slice_str(pages[i].path)))
			continue;
		arena_reset(p->arena);
		status_read(p->subject.source, &status);
		pages[i].answer(p, &status, ret);
		status_release(&status);
	}
}
