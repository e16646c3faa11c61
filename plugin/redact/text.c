/*
 * text.c - what a rule quotes, and sentences that quote it.
 *
 * Rules quote only what may be seen (test/data/shown.tsv holds them to it); a URL may stand in any
 * of that.
 */
#include "base/buf.h"
#include "redact/redact.h"
#include "redact/url.h"

/* Of longer text the rest is left out, so that what is shown costs little however much was sent. */
enum { MOST_TEXT = 2048 };

const struct redaction redact_for_people = { .mark = SLICE_INIT("***") };

struct redaction redact_for_replay(const struct policy *policy)
{
	return (struct redaction){ .mark = SLICE("x"), .replays = true, .policy = policy };
}

int redact_text(struct slice text, struct arena *a, struct slice *ret)
{
	bool was_cut = text.len > MOST_TEXT;
	struct buf b = BUF(a);

	if (slice_starts(text, SLICE("/")) && slice_find(text, '?'))
		return redact_target(text, a, ret);
	if (was_cut)
		text.len = MOST_TEXT;
	if (!url_find(text)) {
		*ret = text;
		return 0;
	}
	url_redact(&redact_for_people, text, was_cut, &b);
	return buf_done(&b, ret);
}
