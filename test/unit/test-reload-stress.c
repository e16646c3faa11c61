/*
 * test-reload-stress.c - a policy that changes while threads decide: each decision is one policy's,
 * whole, and its record names that one.
 *
 * Built with ThreadSanitizer, of the program's own sources.
 */
#include "service/reload.h"

#include "scratch.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

#include "base/arena.h"
#include "base/diag.h"
#include "http/endpoint.h"
#include "log/decision-log.h"
#include "log/log-sink.h"
#include "policy/policy-load.h"
#include "policy/policy-slot.h"
#include "policy/policy.h"

enum { THREADS = 4, RELOADS = 120, MAX_BODY = 1 << 20 };

/* {"HostConfig":{"Privileged":true},"Image":"bb"} */
static const char question[] =
	"{\"RequestMethod\":\"POST\",\"RequestUri\":\"/v1.41/containers/create\","
	"\"RequestHeaders\":{\"Content-Type\":\"application/json\"},"
	"\"RequestBody\":\"eyJIb3N0Q29uZmlnIjp7IlByaXZpbGVnZWQiOnRydWV9LCJJbWFnZSI6ImJiIn0=\"}";

static const char *const texts[] = {
	"version: 1\nname: closed\nprofile: none\nrules: { privileged: deny }\n",
	"version: 1\nname: open\nprofile: none\nrules: { privileged: off }\n",
};

static const char *const outcomes[] = { "\"outcome\":\"deny\"", "\"outcome\":\"allow\"" };

struct stress {
	struct service service;
	char names[2][100]; /* as records write them: name and digest */
	atomic_bool done;
	atomic_uint started, wrong, seen[2];
};

static void write_policy(const char *text)
{
	int fd = open("new", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);

	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	assert_int_equal(close(fd) | rename("new", "policy.yaml"), 0);
}

static const struct policy *load(void)
{
	OWN(diags) d = diags_new();
	const struct policy *p = NULL;

	assert_int_equal(policy_load("policy.yaml", &p, d), 0);
	return p;
}

static void learn_name(char *ret, size_t size)
{
	OWN_POLICY p = load();

	snprintf(ret, size, "{\"name\":\"%.*s\",\"sha256\":\"%s\"", SLICE_ARG(policy_name(p)),
		 policy_digest(p));
}

/* One call, as server.c makes it of what arrives. True when it was allowed. */
static bool call(struct exchange *x)
{
	struct answer answer;
	bool allowed;

	endpoint_open(x, SLICE("POST"), SLICE("/AuthZPlugin.AuthZReq"), SLICE(""));
	endpoint_receive(x, slice_str(question));
	endpoint_answer(x, &answer);
	allowed = slice_eq(answer.body, SLICE("{\"Allow\":true}"));
	endpoint_close(x);
	return allowed;
}

static void *decide_on(void *cls)
{
	struct stress *s = cls;
	struct exchange x = { .service = &s->service };
	bool counted = false;

	x.arena = arena_new(endpoint_ceiling(MAX_BODY));
	while (!atomic_load(&s->done)) {
		atomic_fetch_add(&s->seen[call(&x)], 1);
		if (!counted)
			atomic_fetch_add(&s->started, 1);
		counted = true;
	}
	arena_free(x.arena);
	return NULL;
}

/* Every second one is bad, and changes nothing. */
static void reload_on(struct stress *s)
{
	OWN(reload) r = reload_new("policy.yaml", s->service.policies);
	struct reload_state state;
	int64_t now = 0;

	assert_non_null(r);
	for (unsigned i = 0; i < 2 * RELOADS; i++) {
		write_policy(i % 2 ? "version: 1\nprofile: nonsense\n" : texts[i / 2 % 2]);
		reload_turn(r, now);
		now += 1000;
		reload_turn(r, now);
	}
	reload_state(r, &state);
	assert_int_equal(state.errors, RELOADS);
}

/* Each record's outcome and policy are of the same kind, and the generation says which. */
static unsigned check_record(const struct stress *s, const char *line)
{
	unsigned kind = strstr(line, outcomes[1]) != NULL;
	const char *policy = strstr(line, s->names[kind]);
	const char *generation;

	assert_non_null(strstr(line, outcomes[kind]));
	assert_non_null(policy);
	generation = strstr(policy, "\"generation\":");
	assert_non_null(generation);
	/* Of decimal digits, the last one tells whether the number is even. */
	generation += strcspn(generation, "0123456789");
	generation += strspn(generation, "0123456789") - 1;
	assert_int_equal((unsigned) (*generation - '0') % 2, kind == 0);
	return kind;
}

static void check_records(struct stress *s, const char *path, uint64_t lost)
{
	FILE *in = fopen(path, "re");
	unsigned count[2] = { 0 };
	char *line = NULL;
	size_t size = 0;

	assert_non_null(in);
	while (getline(&line, &size, in) > 0) {
		/* The mark of records that the queue had no room for. */
		if (!strstr(line, "\"lost\":"))
			count[check_record(s, line)]++;
	}
	free(line);
	fclose(in);
	assert_int_equal(count[0] + count[1] + lost,
			 atomic_load(&s->seen[0]) + atomic_load(&s->seen[1]));
	for (int i = 0; i < 2; i++)
		assert_in_range(count[i], 1, atomic_load(&s->seen[i]));
}

static void each_decision_is_one_policys(void **state)
{
	struct stress s = { .service = { .max_body = MAX_BODY } };
	int log = open("decisions", O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	pthread_t threads[THREADS];
	struct log_sink *sink;
	uint64_t lost;

	(void) state;
	for (int i = 1; i >= 0; i--) {
		write_policy(texts[i]);
		learn_name(s.names[i], sizeof(s.names[i]));
	}
	assert_int_equal(log_sink_new(log, "a test", NULL, &sink), 0);
	assert_int_equal(
		decision_log_new(sink, &(struct decision_log_options){ 0 }, &s.service.log), 0);
	s.service.policies = policy_slot_new(load());
	for (size_t i = 0; i < THREADS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, decide_on, &s), 0);
	while (atomic_load(&s.started) < THREADS)
		usleep(1000);
	reload_on(&s);
	atomic_store(&s.done, true);
	for (size_t i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);

	lost = decision_log_stats(s.service.log).lost;
	decision_log_free(s.service.log);
	close(log);
	check_records(&s, "decisions", lost);
	assert_true(atomic_load(&s.seen[0]) > 0);
	assert_true(atomic_load(&s.seen[1]) > 0);
	{
		OWN_POLICY last = policy_slot_get(s.service.policies);

		assert_int_equal(policy_generation(last), RELOADS);
	}
	policy_slot_free(s.service.policies);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(each_decision_is_one_policys, scratch_enter,
						scratch_leave),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
