#include "metrics/metrics.h"

#include "scratch.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <time.h>

#include "admin/metrics-text.h"
#include "admin/status.h"
#include "authz/decide.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/diag.h"
#include "log/decision-log.h"
#include "log/log-sink.h"
#include "policy-internal.h"
#include "policy/policy-load.h"
#include "policy/policy-slot.h"
#include "policy/policy.h"
#include "policy/rule.h"
#include "service/reload.h"

enum { THREADS = 8, ROUNDS = 5000 };

static const char ping[] = "{\"RequestMethod\":\"GET\",\"RequestUri\":\"/_ping\"}";
/* {"Image":"a","HostConfig":{"Privileged":true,"PidMode":"host"}} */
static const char dangerous[] =
	"{\"RequestMethod\":\"POST\",\"RequestUri\":\"/v1.41/containers/create\","
	"\"RequestHeaders\":{\"Content-Type\":\"application/json\"},\"RequestBody\":"
	"\"eyJJbWFnZSI6ImEiLCJIb3N0Q29uZmlnIjp7IlByaXZpbGVnZWQiOnRydWUsIlBpZE1vZGUiOiJob3N0In19\"}";

struct fixture {
	struct arena *arena;
	const struct policy *policy;
	struct metrics *metrics;
	struct decide_env ids;
	struct decision allowed, denied, broken;
	atomic_bool over;
};

static int setup(void **state)
{
	OWN(diags) d = diags_new();
	struct fixture *f = calloc(1, sizeof(*f));

	f->arena = arena_new(1 << 20);
	f->metrics = metrics_new(THREADS);
	if (policy_load(NULL, &f->policy, d) != 0)
		return -1;
	decide(slice_str(ping), f->policy, &f->ids, f->arena, &f->allowed);
	decide(slice_str(dangerous), f->policy, &f->ids, f->arena, &f->denied);
	decide(SLICE("{"), f->policy, &f->ids, f->arena, &f->broken);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	metrics_free(f->metrics);
	policy_unref(f->policy);
	arena_free(f->arena);
	free(f);
	return 0;
}

static uint64_t begun(const struct metrics_totals *t)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < METRICS_CALLS; i++)
		sum += t->calls[i];
	return sum;
}

static void *count_all(void *arg)
{
	struct fixture *f = arg;

	for (int i = 0; i < ROUNDS; i++) {
		metrics_call_begins(f->metrics, CALL_REQUEST);
		metrics_decision(f->metrics, &f->allowed);
		metrics_call_ends(f->metrics);
		metrics_decision(f->metrics, &f->denied);
		metrics_decision(f->metrics, &f->broken);
		metrics_call_begins(f->metrics, CALL_OTHER);
		metrics_unheard(f->metrics, UNHEARD_INCOMPLETE);
		metrics_refused(f->metrics, REFUSED_PEER);
	}
	return NULL;
}

static void *read_all(void *arg)
{
	struct fixture *f = arg;
	struct metrics_totals t;
	uintptr_t wrong = 0;

	while (!atomic_load(&f->over)) {
		metrics_read(f->metrics, &t);
		wrong += begun(&t) < t.ended;
	}
	return (void *) wrong;
}

static void many_threads_count_exactly(void **state)
{
	const uint64_t all = (uint64_t) THREADS * ROUNDS;
	struct fixture *f = *state;
	pthread_t threads[THREADS], reader;
	struct metrics_totals t;
	void *wrong;

	assert_int_equal(f->denied.outcome, OUTCOME_DENY);
	assert_int_equal(verdict_count(f->denied.verdict), 2);
	f->allowed.micros = 3;
	f->denied.micros = 30;
	f->broken.micros = 2000000;

	pthread_create(&reader, NULL, read_all, f);
	for (int i = 0; i < THREADS; i++)
		pthread_create(&threads[i], NULL, count_all, f);
	for (int i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	atomic_store(&f->over, true);
	pthread_join(reader, &wrong);
	assert_null(wrong);

	metrics_read(f->metrics, &t);
	assert_int_equal(t.decisions[OUTCOME_ALLOW][OP_PING], all);
	assert_int_equal(t.decisions[OUTCOME_DENY][OP_CONTAINER_CREATE], all);
	assert_int_equal(t.decisions[OUTCOME_ERROR][OP_UNREADABLE], all);
	assert_int_equal(t.violations[METRICS_RULE_privileged][WEIGHT_DENY], all);
	assert_int_equal(t.violations[METRICS_RULE_host_pid][WEIGHT_DENY], all);
	assert_int_equal(t.violations[METRICS_RULE_host_ipc][WEIGHT_DENY], 0);
	assert_int_equal(t.times[0], all);
	assert_int_equal(t.times[3], all);
	assert_int_equal(t.times[METRICS_BOUNDS], all);
	assert_int_equal(t.micros, all * (3 + 30 + 2000000));
	assert_int_equal(t.calls[CALL_REQUEST], all);
	assert_int_equal(t.calls[CALL_OTHER], all);
	assert_int_equal(t.ended, all);
	assert_int_equal(t.unheard[UNHEARD_INCOMPLETE], all);
	assert_int_equal(t.refused[REFUSED_PEER], all);
}

static void bounds_belong_to_the_place_below(void **state)
{
	struct fixture *f = *state;
	struct metrics_totals t;

	for (unsigned i = 0; i < METRICS_BOUNDS; i++) {
		assert_true(i == 0 || metrics_bound(i) > metrics_bound(i - 1));
		f->allowed.micros = metrics_bound(i);
		metrics_decision(f->metrics, &f->allowed);
		metrics_read(f->metrics, &t);
		assert_int_equal(t.times[i], i == 0 ? 1 : 2);

		f->allowed.micros = metrics_bound(i) + 1;
		metrics_decision(f->metrics, &f->allowed);
		metrics_read(f->metrics, &t);
		assert_int_equal(t.times[i + 1], 1);
	}
	f->allowed.micros = UINT64_MAX / 1000;
	metrics_decision(f->metrics, &f->allowed);
	metrics_read(f->metrics, &t);
	assert_int_equal(t.times[METRICS_BOUNDS], 2);
	assert_int_equal(metrics_bound(0), 5);
	assert_int_equal(metrics_bound(METRICS_BOUNDS - 1), 1000000);
}

#define RULE(name) extern const struct rule rule_##name;
#include "policy/rules.def"
#undef RULE

static void each_rule_has_its_counter(void **state)
{
	static const struct rule *const rules[] = {
#define RULE(name) [METRICS_RULE_##name] = &rule_##name,
#include "policy/rules.def"
#undef RULE
	};

	(void) state;
	assert_int_equal(rules_count(), METRICS_RULES);
	for (size_t i = 0; i < rules_count(); i++)
		assert_ptr_equal(rules_at(i), rules[i]);
}

static struct slice text_of(struct fixture *f, const struct metrics *m, const struct status *s)
{
	struct slice text;

	assert_int_equal(metrics_text(m, s, true, false, f->arena, &text), 0);
	return text;
}

static void assert_line(struct slice text, const char *line)
{
	struct slice each, rest = text;

	while (slice_cut(rest, '\n', &each, &rest)) {
		if (slice_eq(each, slice_str(line)))
			return;
	}
	fail_msg("no line `%s` in:\n%.*s", line, SLICE_ARG(text));
}

static void text_tells_what_was_counted(void **state)
{
	struct fixture *f = *state;
	struct status s = { .policy = f->policy, .started = 5, .loaded = 7, .generation = 3 };
	struct slice text;

	s.log = (struct log_queue_stats){ .written = 11, .lost = 12, .queued = 13 };
	s.exceptions = (struct status_exceptions){ 4, 3, 2, 1 };
	f->allowed.micros = 5;
	f->denied.micros = 1000001;
	metrics_call_begins(f->metrics, CALL_REQUEST);
	metrics_call_begins(f->metrics, CALL_REQUEST);
	metrics_call_ends(f->metrics);
	metrics_decision(f->metrics, &f->allowed);
	metrics_decision(f->metrics, &f->denied);

	text = text_of(f, f->metrics, &s);
	assert_line(text, "# TYPE cis_authz_decisions_total counter");
	assert_line(text, "cis_authz_outcomes_total{outcome=\"deny\"} 1");
	assert_line(text, "cis_authz_outcomes_total{outcome=\"error\"} 0");
	assert_line(text,
		    "cis_authz_decisions_total{outcome=\"allow\",operation=\"system.ping\"} 1");
	assert_line(text, "cis_authz_violations_total{rule=\"host-pid\",action=\"deny\"} 1");
	assert_line(text, "cis_authz_decision_duration_seconds_bucket{le=\"0.000005\"} 1");
	assert_line(text, "cis_authz_decision_duration_seconds_bucket{le=\"0.0025\"} 1");
	assert_line(text, "cis_authz_decision_duration_seconds_bucket{le=\"1\"} 1");
	assert_line(text, "cis_authz_decision_duration_seconds_bucket{le=\"+Inf\"} 2");
	assert_line(text, "cis_authz_decision_duration_seconds_sum 1.000006");
	assert_line(text, "cis_authz_decision_duration_seconds_count 2");
	assert_line(text, "cis_authz_calls_in_flight 1");
	assert_line(text, "cis_authz_log_records_lost_total 12");
	assert_line(text, "cis_authz_policy_generation 3");
	assert_line(text, "cis_authz_policy_exceptions{state=\"expired\"} 3");
	assert_line(text, "cis_authz_policy_exceptions_expiring{days=\"30\"} 1");
	assert_line(text, "cis_authz_healthy 1");
	assert_line(text, "cis_authz_ready 0");
}

static void who_counts_nothing_tells_zeros(void **state)
{
	struct fixture *f = *state;
	struct status s = { 0 };
	struct slice text;

	metrics_call_begins(NULL, CALL_REQUEST);
	metrics_call_ends(NULL);
	metrics_decision(NULL, &f->denied);
	metrics_unheard(NULL, UNHEARD_NO_MEMORY);
	metrics_refused(NULL, REFUSED_NO_MEMORY);
	text = text_of(f, NULL, &s);
	assert_line(text, "cis_authz_outcomes_total{outcome=\"deny\"} 0");
	assert_line(text, "cis_authz_calls_in_flight 0");
	assert_line(text, "cis_authz_connections_refused_total{reason=\"peer\"} 0");
}

/* A name has no such characters; the path of a profile may. */
static void words_of_the_policy_are_escaped(void **state)
{
	struct fixture *f = *state;
	struct policy *policy = policy_new();
	struct status s = { .policy = policy };
	static const char line[] = "\ncis_authz_policy_info{name=\"a\\\"b\\\\c} 1\\n#\",profile=";
	struct slice text;

	policy->name = SLICE("a\"b\\c} 1\n#");
	text = text_of(f, f->metrics, &s);
	assert_non_null(memmem(text.ptr, text.len, line, sizeof(line) - 1));
	policy_unref(policy);
}

/* An exception of this test's policy, which the day after `days` from now ends. */
static void add_exception(FILE *file, const char *name, int days)
{
	time_t last = time(NULL) + days * 24 * 60 * 60;
	char date[sizeof("2026-01-01")];
	struct tm tm;

	strftime(date, sizeof(date), "%F", gmtime_r(&last, &tm));
	fprintf(file,
		"  - { name: %s, rules: [privileged], when: { operation: container.create }, reason: r, owner: o, "
		"expires: %s }\n",
		name, date);
}

static const struct policy *load_exceptions(void)
{
	OWN(diags) d = diags_new();
	const struct policy *policy = NULL;
	FILE *file = fopen("policy.yaml", "w");

	fputs("version: 1\nexceptions:\n", file);
	add_exception(file, "gone", -2);
	add_exception(file, "soon", 3);
	add_exception(file, "this-month", 20);
	add_exception(file, "this-month-too", 25);
	for (int i = 0; i < 4; i++)
		add_exception(file, (const char *[]){ "a", "b", "c", "d" }[i], 100);
	fclose(file);
	if (policy_load("policy.yaml", &policy, d) != 0)
		diags_print(d, stderr);
	assert_non_null(policy);
	return policy;
}

static void excused_violations_are_told_apart(void **state)
{
	OWN(arena) a = arena_new(1 << 20);
	OWN(metrics) m = metrics_new(1);
	struct decide_env ids = { 0 };
	struct metrics_totals t;
	struct decision d;
	const struct policy *policy = load_exceptions();

	(void) state;
	decide(slice_str(dangerous), policy, &ids, a, &d);
	metrics_decision(m, &d);
	metrics_read(m, &t);
	assert_int_equal(t.violations[METRICS_RULE_privileged][WEIGHT_EXCEPTED], 1);
	assert_int_equal(t.violations[METRICS_RULE_privileged][WEIGHT_DENY], 0);
	assert_int_equal(t.violations[METRICS_RULE_host_pid][WEIGHT_DENY], 1);
	policy_unref(policy);
}

static void status_counts_exceptions(void **state)
{
	const struct policy *policy = load_exceptions();
	struct policy_slot *policies = policy_slot_new(policy_ref(policy));
	struct reload *reload = reload_new(NULL, policies);
	struct status_source source = { .started = 7, .policies = policies, .reload = reload };
	struct decision_log *log = NULL;
	struct log_sink *sink = NULL;
	struct status s;

	(void) state;
	assert_int_equal(log_sink_new(STDERR_FILENO, "a test", NULL, &sink), 0);
	assert_int_equal(decision_log_new(sink, &(struct decision_log_options){ 0 }, &log), 0);
	source.log = log;
	status_read(&source, &s);
	assert_ptr_equal(s.policy, policy);
	assert_int_equal(s.started, 7);
	assert_int_equal(s.loaded, policy_since(policy));
	assert_int_equal(s.generation, 1);
	assert_false(s.load_failed);
	assert_int_equal(s.exceptions.expired, 1);
	assert_int_equal(s.exceptions.in_force, 7);
	assert_int_equal(s.exceptions.within_week, 1);
	assert_int_equal(s.exceptions.within_month, 3);
	status_release(&s);
	assert_null(s.policy);
	decision_log_free(log);
	reload_free(reload);
	policy_slot_free(policies);
	policy_unref(policy);
}

static void text_needs_memory(void **state)
{
	struct fixture *f = *state;
	OWN(arena) small = arena_new(sizeof(struct metrics_totals) + 100);
	struct slice text = SLICE("untouched");
	struct status s = { .policy = f->policy };

	assert_int_equal(metrics_text(f->metrics, &s, true, true, small, &text), -ENOMEM);
	arena_reset(small);
	assert_non_null(arena_alloc(small, 1, sizeof(struct metrics_totals)));
	assert_int_equal(metrics_text(f->metrics, &s, true, true, small, &text), -ENOMEM);
	assert_slice(text, SLICE("untouched"));
}

static void assert_not_ready(struct fixture *f, const struct status *s, const char *because)
{
	struct buf b = BUF(f->arena);
	struct slice why;

	assert_false(status_ready(s, &b));
	assert_int_equal(buf_done(&b, &why), 0);
	assert_true(slice_starts(why, slice_str(because)));
	assert_true(slice_ends(why, SLICE("\n")));
	assert_ptr_equal(slice_find(why, '\n'), why.ptr + why.len - 1);
}

static void readiness_names_what_is_wrong(void **state)
{
	struct fixture *f = *state;
	struct status fine = { .policy = f->policy }, s = fine;
	struct buf b = BUF(f->arena);

	assert_true(status_ready(&fine, &b));
	assert_int_equal(b.len, 0);
	s.policy = NULL;
	assert_not_ready(f, &s, "no policy is in force");
	s = fine;
	s.load_failed = true;
	assert_not_ready(f, &s, "the latest policy could not be loaded");
	s = fine;
	s.log.failing = true;
	assert_not_ready(f, &s, "the latest decision record could not be written");
}

#define TEST_COUNTED(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST_COUNTED(many_threads_count_exactly),
		TEST_COUNTED(bounds_belong_to_the_place_below),
		cmocka_unit_test(each_rule_has_its_counter),
		TEST_COUNTED(text_tells_what_was_counted),
		TEST_COUNTED(who_counts_nothing_tells_zeros),
		TEST_COUNTED(words_of_the_policy_are_escaped),
		cmocka_unit_test_setup_teardown(excused_violations_are_told_apart, scratch_enter,
						scratch_leave),
		cmocka_unit_test_setup_teardown(status_counts_exceptions, scratch_enter,
						scratch_leave),
		TEST_COUNTED(text_needs_memory),
		TEST_COUNTED(readiness_names_what_is_wrong),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
