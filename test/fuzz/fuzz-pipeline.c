/*
 * fuzz-pipeline.c - all doors at once: from the daemon's question to reply and record.
 *
 * The input is a request as in question.h, or, from '{' on, the very question. Whatever it is: one
 * that is allowed was read to its end, and an allocation that fails never turns a denial into an
 * allowance. None takes long for its length.
 */
#include <errno.h>
#include <jansson.h>
#include <time.h>

#include "authz/decide.h"
#include "authz/envelope.h"
#include "authz/reply.h"
#include "base/arena.h"
#include "base/diag.h"
#include "docker/route.h"
#include "docker/uri.h"
#include "fuzz.h"
#include "log/record.h"
#include "policy/policy-load.h"
#include "policy/policy.h"
#include "question.h"

/* Read once and kept for all inputs. */
static const struct policy *load(struct slice text)
{
	const struct policy *policy;
	struct diags *d = diags_new();

	MUST(d && policy_parse(text, "fuzz", &policy, d) == 0);
	diags_free(d);
	return policy;
}

static void check_body(struct slice question)
{
	OWN(arena) a = arena_new(FUZZ_CEILING);
	struct slice object;
	struct envelope e;
	struct reading reading;

	MUST(a);
	reading_start(&reading, a);
	MUST(envelope_read(question, a, &e, &reading) == 0);
	MUST(uri_read(e.call.target, a, &e.call.uri, &reading) == 0);
	if (route_find(e.call.method, e.call.uri.path, &object)->body == BODY_JSON)
		MUST(fuzz_is_json(e.call.body));
}

static void check_reply(struct slice reply, bool allows)
{
	json_t *answer = json_loadb(reply.ptr, reply.len, JSON_REJECT_DUPLICATES, NULL);

	MUST(json_is_object(answer));
	MUST(json_is_boolean(json_object_get(answer, "Allow")));
	MUST(json_is_true(json_object_get(answer, "Allow")) == allows);
	MUST(allows || json_string_length(json_object_get(answer, "Msg")) > 0);
	json_decref(answer);
}

static void check_record(struct slice record)
{
	MUST(slice_ends(record, SLICE("\n")));
	record.len--;
	for (size_t i = 0; i < record.len; i++)
		MUST((unsigned char) record.ptr[i] >= 0x20 && record.ptr[i] != 0x7f);
	MUST(fuzz_is_json(record));
}

/*
 * The dearest bytes so far: libFuzzer takes a counter that changes for news, and keeps and mutates
 * the input. So it climbs towards inputs that take long for their length.
 */
enum { PRICES = 256 };
__attribute__((section("__libfuzzer_extra_counters"))) static uint8_t prices[PRICES];

static uint64_t cpu_nanos(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (uint64_t) t.tv_sec * 1000000000 + (uint64_t) t.tv_nsec;
}

/* Some ten times what the dearest shape of test/bench/shapes.py takes under the sanitizers. */
static void check_price(uint64_t nanos, size_t bytes)
{
	const uint64_t once = 100000000, each = 10000;
	uint64_t price = nanos / (bytes + 256) / 16;

	prices[price < PRICES ? price : PRICES - 1] = 1;
	MUST(nanos <= once + each * bytes);
}

struct answer {
	bool allows;
	size_t used; /* bytes of the arena */
};

static struct answer judge(struct slice question, const struct policy *policy, size_t ceiling)
{
	OWN(arena) a = arena_new(ceiling);
	struct decide_env env = { 0 };
	struct decision d;
	struct answer answer;
	struct slice record;
	uint64_t started = cpu_nanos();
	int r;

	MUST(a);
	decide(question, policy, &env, a, &d);
	check_price(cpu_nanos() - started, question.len);
	answer.allows = decision_allows(&d);
	if (answer.allows) {
		MUST(d.verdict && d.intent.reading.unread.count == 0);
		check_body(question);
	}
	check_reply(reply_write(&d, a), answer.allows);
	r = record_write(&d, a, &record);
	if (r == 0)
		check_record(record);
	MUST(r == 0 || (r == -ENOMEM && ceiling < FUZZ_CEILING));
	answer.used = arena_used(a);
	return answer;
}

static void check(struct slice question, const struct policy *policy)
{
	struct answer whole = judge(question, policy, FUZZ_CEILING);
	struct answer cramped = judge(question, policy, fuzz_too_little(question, whole.used));

	MUST(whole.allows || !cramped.allows);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct policy *baseline, *none;
	struct slice input = fuzz_input(data, size), question;

	if (!baseline) {
		baseline = load(SLICE("version: 1\nprofile: baseline\n"));
		none = load(SLICE("version: 1\nprofile: none\n"));
	}
	if (slice_starts(input, SLICE("{"))) {
		check(input, baseline);
		check(input, none);
	} else if (question_make(input, &question)) {
		check(question, baseline);
		check(question, none);
		question_free(question);
	}
	return 0;
}
