#include "admin/status.h"

#include "base/buf.h"
#include "capture/recording.h"
#include "policy/exception.h"
#include "policy/policy-slot.h"
#include "policy/policy.h"
#include "service/door.h"
#include "service/reload.h"

static const int64_t DAY = (int64_t) 24 * 60 * 60;

static struct status_exceptions exceptions_of(const struct policy *p)
{
	int64_t now = time(NULL);

	return (struct status_exceptions){
		.in_force = policy_expiring(p, now, EXCEPTION_NEVER - now),
		.expired = policy_expired(p, now),
		.within_week = policy_expiring(p, now, 7 * DAY),
		.within_month = policy_expiring(p, now, 30 * DAY),
	};
}

void status_read(const struct status_source *source, struct status *ret)
{
	struct reload_state reload;

	reload_state(source->reload, &reload);
	*ret = (struct status){
		.started = source->started,
		.policy = policy_slot_get(source->policies),
		.load_errors = reload.errors,
		.load_failed = reload.failed,
		.log = decision_log_stats(source->log),
		.door = source->door,
		.looks = asker_state(source->asker),
	};
	if (source->recording)
		ret->recording = recording_stats(source->recording);
	ret->loaded = policy_since(ret->policy);
	ret->generation = policy_generation(ret->policy);
	ret->exceptions = exceptions_of(ret->policy);
}

void status_release(struct status *s)
{
	policy_unref(s->policy);
	s->policy = NULL;
}

bool status_ready(const struct status *s, struct buf *why)
{
	size_t before = why->len;

	if (!s->policy)
		buf_add(why, SLICE("no policy is in force; every call is denied\n"));
	if (s->load_failed)
		buf_add(why,
			SLICE("the latest policy could not be loaded and the one before it is in "
			      "force; the journal tells the errors, cis-authz check POLICY too\n"));
	if (s->log.failing)
		buf_add(why,
			SLICE("the latest decision record could not be written; look whether the "
			      "disk of --decision-log is full or stands still\n"));
	if (s->recording.failing)
		buf_add(why, SLICE("the latest line of --record could not be written; look whether "
				   "its disk is full or stands still\n"));
	door_complaints(s->door, why);
	return why->len == before && !why->failed;
}
