/*
 * test-http-mutated.c - a dangerous call in HTTP that is spoilt at random: no spelling of the
 * framing lets it pass, and the server is as good afterwards.
 *
 * `test-http-mutated COUNT SEED` makes as many others as are wanted.
 */
#include "base/array.h"
#include "confine/confine.h"
#include "http-fixture.h"

enum { ROOM = 4096, SPOILT_MOST = 3 };

static const char danger[] =
	"{\"RequestMethod\":\"POST\",\"RequestUri\":\"/v1.41/containers/create\",\"RequestHeaders\":"
	"{\"Content-Type\":\"application/json\"},\"RequestBody\":"
	"\"eyJJbWFnZSI6ImEiLCJIb3N0Q29uZmlnIjp7IlByaXZpbGVnZWQiOnRydWV9fQ==\"}";

/* What a caller may do to a head, beside spoiling single bytes of it. */
static const char *const pieces[] = {
	"\r\n",
	"\n",
	"\r",
	" ",
	"\t",
	":",
	",",
	"0",
	"9",
	"-1",
	"+1",
	"0x10",
	"4294967296",
	"18446744073709551616",
	"Content-Length: 5\r\n",
	"Content-Length: 0\r\n",
	"Content-Length: 5, 5\r\n",
	" folded\r\n",
	"Transfer-Encoding: chunked\r\n",
	"Transfer-Encoding: identity\r\n",
	"Transfer-Encoding: gzip, chunked\r\n",
	"Transfer-Encoding : chunked\r\n",
	"Expect: 100-continue\r\n",
	"Expect: nonsense\r\n",
	"Connection: close\r\n",
	"Connection: upgrade\r\nUpgrade: h2c\r\n",
	"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
	"HTTP/1.0",
	"HTTP/0.9",
	"HTTP/2",
	"HTTP/1.1 HTTP/1.1",
	"POST /Plugin.Activate HTTP/1.1\r\nHost: \r\n\r\n",
	"http://x",
	"%2e",
	"//",
	"?a=b",
	"#",
	"\xff",
	"GET ",
	"HEAD ",
	"5\r\n{\"Req\r\n",
	"0\r\n\r\n",
};

struct spoilt {
	char bytes[ROOM];
	size_t len;
	size_t body; /* where it begins; it stays as it is */
};

/* It is the sanitizers that see most; they may have 200,000, which take a quarter of a minute. */
static uint64_t count = SANITIZED ? 200000 : 20000, seed = 1;

/* xorshift64*: the same calls on every machine. */
static size_t below(uint64_t *random, size_t limit)
{
	*random ^= *random >> 12;
	*random ^= *random << 25;
	*random ^= *random >> 27;
	return (size_t) ((*random * 2685821657736338717ULL) >> 33) % limit;
}

static void put(struct spoilt *t, size_t at, const char *bytes, size_t len)
{
	if (t->len + len > sizeof(t->bytes))
		return;
	memmove(t->bytes + at + len, t->bytes + at, t->len - at);
	memcpy(t->bytes + at, bytes, len);
	t->len += len;
	t->body += len;
}

static void take(struct spoilt *t, size_t at, size_t len)
{
	memmove(t->bytes + at, t->bytes + at + len, t->len - at - len);
	t->len -= len;
	t->body -= len;
}

/* Only what stands before the body: with another body it would be another call. */
static void spoil(struct spoilt *t, uint64_t *random)
{
	size_t at = below(random, t->body + 1), left = t->body - at;
	const char *piece = pieces[below(random, COUNT_OF(pieces))];
	char copy[64];
	size_t len;

	switch (below(random, 5)) {
	case 0:
		if (left > 0)
			t->bytes[at] = (char) below(random, 256);
		break;
	case 1:
		put(t, at, piece, strlen(piece));
		break;
	case 2:
		take(t, at, left > 0 ? below(random, left < 16 ? left : 16) : 0);
		break;
	case 3:
		len = below(random, left < sizeof(copy) ? left + 1 : sizeof(copy));
		memcpy(copy, t->bytes + at, len);
		put(t, below(random, t->body + 1), copy, len);
		break;
	default:
		/* The end never comes. */
		if (below(random, 8) == 0)
			t->len = t->body + below(random, t->len - t->body + 1);
	}
}

static struct spoilt make_call(uint64_t *random)
{
	struct spoilt t = { 0 };
	int head = snprintf(t.bytes, sizeof(t.bytes),
			    "POST /AuthZPlugin.AuthZReq HTTP/1.1\r\nHost: \r\n"
			    "Content-Length: %zu\r\n\r\n",
			    strlen(danger));

	t.body = (size_t) head;
	t.len = t.body + strlen(danger);
	memcpy(t.bytes + t.body, danger, strlen(danger));
	for (size_t i = 1 + below(random, SPOILT_MOST); i > 0; i--)
		spoil(&t, random);
	return t;
}

/* All that is answered, however many calls the server made of it. */
static struct slice answers_to(const struct fixture *f, const struct spoilt *t)
{
	static char answers[1 << 16];
	int fd = dial(f);
	size_t len = 0;

	assert_true(fd >= 0);
	/* It may close as soon as it has seen enough. */
	(void) send(fd, t->bytes, t->len, MSG_NOSIGNAL);
	shutdown(fd, SHUT_WR);
	for (ssize_t n; (n = recv(fd, answers + len, sizeof(answers) - len, 0)) > 0;)
		len += (size_t) n;
	close(fd);
	return (struct slice){ answers, len };
}

static void no_spelling_lets_a_danger_through(void **state)
{
	uint64_t denied = 0;
	uint64_t random = seed * 2 + 1;
	int fd;

	for (uint64_t i = 0; i < count; i++) {
		struct spoilt t = make_call(&random);
		struct slice answers = answers_to(*state, &t);

		/* Chance makes even this of it: the question about the daemon's answer. */
		if (memmem(t.bytes, t.len, "AuthZRes", 8))
			continue;
		denied += memmem(answers.ptr, answers.len, "\"Allow\":false", 13) != NULL;
		if (memmem(answers.ptr, answers.len, "\"Allow\":true", 12))
			fail_msg("call %ju of seed %ju was let through:\n%.*s", (uintmax_t) i,
				 (uintmax_t) seed, (int) t.len, t.bytes);
	}
	/* Enough of them were calls at all. */
	assert_true(denied > count / 10);
	fd = dial(*state);
	say_call(fd, "/AuthZPlugin.AuthZReq", ping);
	hear_allow(fd);
	say_call(fd, "/AuthZPlugin.AuthZReq", danger);
	hear_denial(fd, "privileged");
	close(fd);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		TEST_SERVED(no_spelling_lets_a_danger_through),
	};

	if (argc > 1 && (argc != 3 || !number_u64(slice_str(argv[1]), &count) ||
			 !number_u64(slice_str(argv[2]), &seed))) {
		fputs("usage: test-http-mutated [COUNT SEED]\n", stderr);
		return 2;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
