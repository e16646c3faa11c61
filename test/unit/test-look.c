/*
 * test-look.c - the helper, its keeper and the asker, before a daemon that behaves as its images
 * are called.
 */
#include "look/asker.h"
#include "look/keeper.h"
#include "look/own-call.h"
#include "looker/target.h"

#include "unit.h"

#include <dirent.h>
#include <errno.h>
#include <semaphore.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/array.h"
#include "base/number.h"

enum { LIMIT = 2000, SHORT = 200, TRIES = 1000 };

static const struct look_secret secret = {
	"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
};

/* --- A daemon ------------------------------------------------------------------------------- */

static void say(int fd, const char *text)
{
	(void) send(fd, text, strlen(text), MSG_NOSIGNAL);
}

/* What the request line and its headers ask for, by the name in it. */
static void answer(int fd, const char *request)
{
	static char megabyte[1 << 20];
	char header[sizeof(LOOK_HEADER) + LOOK_SECRET + 8];

	snprintf(header, sizeof(header), "\r\n" LOOK_HEADER ": %.*s\r\n", LOOK_SECRET, secret.hex);
	if (!strstr(request, header) || strncmp(request, "GET ", 4) != 0) {
		say(fd, "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n");
	} else if (strstr(request, "/absent/")) {
		say(fd, "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
	} else if (strstr(request, "/broken/")) {
		say(fd, "HTTP/1.1 500 Broken\r\nContent-Length: 2\r\n\r\n{}");
	} else if (strstr(request, "/elsewhere/")) {
		say(fd, "HTTP/1.1 301 Moved\r\nLocation: /images/seen/json\r\n"
			"Content-Length: 0\r\n\r\n");
	} else if (strstr(request, "/garbage/")) {
		say(fd, "\x01\x02\x03 nonsense\r\n\r\n");
	} else if (strstr(request, "/half/")) {
		say(fd, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"Id\":");
	} else if (strstr(request, "/silent/")) {
		pause();
	} else if (strstr(request, "/endless/")) {
		memset(megabyte, ' ', sizeof(megabyte));
		say(fd, "HTTP/1.1 200 OK\r\nContent-Length: 67108864\r\n\r\n");
		for (int i = 0; i < 64; i++)
			(void) send(fd, megabyte, sizeof(megabyte), MSG_NOSIGNAL);
	} else if (strstr(request, "/large/")) {
		memset(megabyte, 'x', sizeof(megabyte));
		say(fd, "HTTP/1.1 200 OK\r\nContent-Length: 1048576\r\n\r\n");
		(void) send(fd, megabyte, sizeof(megabyte), MSG_NOSIGNAL);
	} else {
		char text[2048], *end = strstr(request, " HTTP");

		snprintf(text, sizeof(text), "HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%.*s",
			 (int) (end - request) - 4, (int) (end - request) - 4, request + 4);
		say(fd, text);
	}
}

static void serve_one(int fd)
{
	char request[4096] = "";
	size_t len = 0;

	for (ssize_t n; (n = recv(fd, request + len, sizeof(request) - 1 - len, 0)) > 0;) {
		len += (size_t) n;
		request[len] = '\0';
		if (!strstr(request, "\r\n\r\n"))
			continue;
		answer(fd, request);
		/* Half an answer ends there. */
		if (strstr(request, "/half/") || strstr(request, "/garbage/"))
			_exit(0);
		len = 0;
	}
	_exit(0);
}

static pid_t start_daemon(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int listener = socket(AF_UNIX, SOCK_STREAM, 0);
	pid_t pid;

	snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
	if (bind(listener, (struct sockaddr *) &address, sizeof(address)) < 0 ||
	    listen(listener, 64) < 0)
		return -1;
	pid = fork();
	if (pid > 0) {
		close(listener);
		return pid;
	}
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	signal(SIGCHLD, SIG_IGN);
	for (;;) {
		int fd = accept(listener, NULL, NULL);

		if (fork() == 0) {
			prctl(PR_SET_PDEATHSIG, SIGKILL);
			serve_one(fd);
		}
		close(fd);
	}
}

/* --- Those who ask --------------------------------------------------------------------------- */

struct fixture {
	char dir[64], path[100];
	pid_t daemon;
	struct asker *asker;
};

struct waiter {
	struct errand errand;
	struct looks looks;
	sem_t over;
};

static void wake(struct errand *e)
{
	struct waiter *w = (void *) ((char *) e - offsetof(struct waiter, errand));

	sem_post(&w->over);
}

static void begin(const struct fixture *f, struct waiter *w)
{
	w->errand.looks = &w->looks;
	w->errand.done = wake;
	sem_init(&w->over, 0, 0);
	asker_ask(f->asker, &w->errand);
}

static void finish(struct waiter *w)
{
	while (sem_wait(&w->over) < 0)
		;
	sem_destroy(&w->over);
}

/* Asks for one image; the JSON, where there is some, stays until the next one. */
static enum look_status ask(const struct fixture *f, const char *name, struct slice *ret)
{
	static struct waiter w;

	looks_release(&w.looks);
	looks_add(&w.looks, LOOK_IMAGE, slice_str(name));
	begin(f, &w);
	finish(&w);
	if (ret)
		*ret = w.looks.items[0].json;
	return w.looks.items[0].status;
}

static int set_up_limit(void **state, unsigned limit, bool start)
{
	struct fixture *f = calloc(1, sizeof(*f));
	struct keeper_config config = { .secret = &secret };
	int socket;

	*state = f;
	snprintf(f->dir, sizeof(f->dir), "/tmp/cis-authz-look-XXXXXX");
	if (!mkdtemp(f->dir))
		return -1;
	snprintf(f->path, sizeof(f->path), "%s/docker.sock", f->dir);
	f->daemon = start ? start_daemon(f->path) : 0;
	config.docker = f->path;
	config.program = getenv("CIS_AUTHZ_LOOK");
	if (f->daemon < 0 || keeper_start(&config, &socket) != 0 ||
	    asker_new(socket, limit, &f->asker) != 0)
		return -1;
	return asker_start(f->asker);
}

static int set_up(void **state)
{
	return set_up_limit(state, LIMIT, true);
}

static int set_up_short(void **state)
{
	return set_up_limit(state, SHORT, true);
}

static int set_up_alone(void **state)
{
	return set_up_limit(state, LIMIT, false);
}

static int tear_down(void **state)
{
	struct fixture *f = *state;

	asker_free(f->asker);
	if (f->daemon > 0)
		kill(f->daemon, SIGKILL);
	while (waitpid(-1, NULL, 0) > 0)
		;
	unlink(f->path);
	rmdir(f->dir);
	free(f);
	return 0;
}

#define TEST_WITH(name, how) cmocka_unit_test_setup_teardown(name, how, tear_down)

/* --- What is asked for ----------------------------------------------------------------------- */

static const char *target_of(enum look_kind kind, struct slice name)
{
	static char target[TARGET_MOST];
	struct look_request request = { .kind = kind, .len = (uint32_t) name.len };

	memcpy(request.name, name.ptr, name.len);
	return target_write(&request, offsetof(struct look_request, name) + name.len, target)
		       ? target
		       : "";
}

static void six_targets(void **state)
{
	(void) state;
	assert_string_equal(target_of(LOOK_IMAGE, SLICE("nginx")), "/images/nginx/json");
	assert_string_equal(target_of(LOOK_IMAGE, SLICE("r.io:5000/a/b:1@sha256:0f")),
			    "/images/r.io%3A5000/a/b%3A1%40sha256%3A0f/json");
	assert_string_equal(target_of(LOOK_VOLUME, SLICE("data")), "/volumes/data");
	assert_string_equal(target_of(LOOK_NETWORK, SLICE("a b")), "/networks/a%20b");
	assert_string_equal(target_of(LOOK_CONTAINER, SLICE("web")), "/containers/web/json");
	assert_string_equal(target_of(LOOK_SERVICE, SLICE("web")), "/services/web");
	assert_string_equal(target_of(LOOK_INFO, SLICE("")), "/info");
}

static void no_seventh_target(void **state)
{
	static const struct slice names[] = {
		SLICE_INIT(""),       SLICE_INIT("."),       SLICE_INIT(".."), SLICE_INIT("../a"),
		SLICE_INIT("a/../b"), SLICE_INIT("a/"),      SLICE_INIT("/a"), SLICE_INIT("a//b"),
		SLICE_INIT("a/./b"),  SLICE_INIT("a\0json"),
	};
	char full[LOOK_NAME_MOST];

	(void) state;
	for (size_t i = 0; i < COUNT_OF(names); i++) {
		for (enum look_kind kind = 0; kind < LOOK_KINDS; kind++) {
			if (kind != LOOK_INFO || names[i].len > 0)
				assert_string_equal(target_of(kind, names[i]), "");
		}
	}
	for (enum look_kind kind = 0; kind < LOOK_KINDS; kind++)
		assert_string_equal(target_of(kind, SLICE("a/b")),
				    kind == LOOK_IMAGE ? "/images/a/b/json" : "");
	assert_string_equal(target_of(LOOK_KINDS, SLICE("a")), "");
	assert_string_equal(target_of(LOOK_IMAGE, SLICE("a?b#c%2f\r\n\xff")),
			    "/images/a%3Fb%23c%252f%0D%0A%FF/json");
	memset(full, '\xff', sizeof(full));
	assert_int_equal(strlen(target_of(LOOK_IMAGE, (struct slice){ full, sizeof(full) })),
			 3 * sizeof(full) + strlen("/images//json"));
}

/* A packet that says more, or less, than there is. */
static void length_must_be_true(void **state)
{
	struct look_request request = { .kind = LOOK_IMAGE, .len = 1, .name = "a" };
	const size_t head = offsetof(struct look_request, name);
	char target[TARGET_MOST];

	(void) state;
	assert_true(target_write(&request, head + 1, target));
	assert_false(target_write(&request, head + 2, target));
	assert_false(target_write(&request, head, target));
	assert_false(target_write(&request, head - 1, target));
	assert_false(target_write(&request, 0, target));
	request.len = UINT32_MAX;
	assert_false(target_write(&request, head + 1, target));
}

/* --- What is answered ------------------------------------------------------------------------ */

static void seen_and_absent(void **state)
{
	const struct fixture *f = *state;
	struct slice json;

	assert_int_equal(ask(f, "seen", &json), LOOK_SEEN);
	assert_true(slice_eq(json, SLICE("/images/seen/json")));
	assert_int_equal(ask(f, "absent", &json), LOOK_ABSENT);
	assert_null(json.ptr);
	assert_int_equal(asker_state(f->asker), ASKER_WORKING);
}

static void what_is_no_answer_is_unseen(void **state)
{
	static const char *const names[] = { "broken",    "garbage", "half",
					     "elsewhere", "endless", "../info" };
	const struct fixture *f = *state;
	struct slice json;

	for (size_t i = 0; i < COUNT_OF(names); i++) {
		assert_int_equal(ask(f, names[i], &json), LOOK_UNSEEN);
		assert_null(json.ptr);
		assert_int_equal(asker_state(f->asker), ASKER_FAILING);
		assert_int_equal(ask(f, "seen", &json), LOOK_SEEN);
		assert_int_equal(asker_state(f->asker), ASKER_WORKING);
	}
}

static void long_answer_comes_whole(void **state)
{
	const struct fixture *f = *state;
	struct slice json;

	assert_int_equal(ask(f, "large", &json), LOOK_SEEN);
	assert_int_equal(json.len, 1 << 20);
	for (size_t i = 0; i < json.len; i++)
		assert_int_equal(json.ptr[i], 'x');
}

static void long_name_is_unseen(void **state)
{
	const struct fixture *f = *state;
	char name[LOOK_NAME_MOST + 2];

	memset(name, 'a', sizeof(name));
	name[LOOK_NAME_MOST + 1] = '\0';
	assert_int_equal(ask(f, name, NULL), LOOK_UNSEEN);
	name[LOOK_NAME_MOST] = '\0';
	assert_int_equal(ask(f, name, NULL), LOOK_SEEN);
}

/* Each is told its own. */
static void many_at_once(void **state)
{
	enum { MANY = 300 };
	const struct fixture *f = *state;
	struct waiter *all = calloc(MANY, sizeof(*all));
	char names[MANY][2][16], wanted[64];

	for (size_t i = 0; i < MANY; i++) {
		snprintf(names[i][0], sizeof(names[i][0]), "first%zu", i);
		snprintf(names[i][1], sizeof(names[i][1]), "second%zu", i);
		looks_add(&all[i].looks, LOOK_IMAGE, slice_str(names[i][0]));
		looks_add(&all[i].looks, LOOK_VOLUME, slice_str(names[i][1]));
		looks_add(&all[i].looks, LOOK_IMAGE, slice_str(names[i][0]));
		assert_int_equal(all[i].looks.count, 2);
		begin(f, &all[i]);
	}
	for (size_t i = 0; i < MANY; i++) {
		finish(&all[i]);
		snprintf(wanted, sizeof(wanted), "/images/first%zu/json", i);
		assert_true(slice_eq(all[i].looks.items[0].json, slice_str(wanted)));
		snprintf(wanted, sizeof(wanted), "/volumes/second%zu", i);
		assert_true(slice_eq(all[i].looks.items[1].json, slice_str(wanted)));
		looks_release(&all[i].looks);
	}
	free(all);
}

static void daemon_that_says_nothing(void **state)
{
	const struct fixture *f = *state;
	struct waiter w = { 0 };

	looks_add(&w.looks, LOOK_IMAGE, SLICE("seen"));
	looks_add(&w.looks, LOOK_IMAGE, SLICE("silent"));
	begin(f, &w);
	finish(&w);
	assert_int_equal(w.looks.items[0].status, LOOK_SEEN);
	assert_int_equal(w.looks.items[1].status, LOOK_UNSEEN);
	looks_release(&w.looks);
	assert_int_equal(asker_state(f->asker), ASKER_FAILING);
	assert_int_equal(ask(f, "seen", NULL), LOOK_SEEN);
}

static void daemon_that_is_not_there(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(ask(f, "seen", NULL), LOOK_UNSEEN);
	assert_int_equal(asker_state(f->asker), ASKER_FAILING);
	f->daemon = start_daemon(f->path);
	assert_int_equal(ask(f, "seen", NULL), LOOK_SEEN);
	assert_int_equal(asker_state(f->asker), ASKER_WORKING);
}

/* --- Whoever dies ---------------------------------------------------------------------------- */

/* 0 where there is no such process, or it has ended and its parent has not asked after it. */
static int parent_of(int pid)
{
	char path[64], stat[512] = "", *end;
	uint64_t parent = 0;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	file = fopen(path, "r");
	if (!file)
		return 0;
	/* PID (NAME) STATE PARENT ... */
	if (fgets(stat, sizeof(stat), file) && (end = strrchr(stat, ')')) && end[2] != 'Z')
		(void) number_u64((struct slice){ end + 4, strspn(end + 4, "0123456789") },
				  &parent);
	fclose(file);
	return (int) parent;
}

static bool is_called(int pid, const char *name)
{
	char path[64], comm[64] = "";
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/comm", pid);
	file = fopen(path, "r");
	if (!file)
		return false;
	(void) !fgets(comm, sizeof(comm), file);
	fclose(file);
	return strncmp(comm, name, strlen(name)) == 0;
}

/* The helper of this test: its parent's parent is this process. 0: none. */
static int helper(void)
{
	DIR *processes = opendir("/proc");
	int found = 0;

	for (struct dirent *entry; found == 0 && (entry = readdir(processes));) {
		uint64_t pid;

		if (number_u64(slice_str(entry->d_name), &pid) &&
		    is_called((int) pid, "cis-authz-look") &&
		    parent_of(parent_of((int) pid)) == getpid())
			found = (int) pid;
	}
	closedir(processes);
	return found;
}

static void helper_that_dies_is_replaced(void **state)
{
	const struct fixture *f = *state;
	struct waiter w = { 0 };
	int before;

	assert_int_equal(ask(f, "seen", NULL), LOOK_SEEN);
	before = helper();
	assert_true(before > 0);
	looks_add(&w.looks, LOOK_IMAGE, SLICE("silent"));
	begin(f, &w);
	usleep(50000);
	kill(before, SIGKILL);
	finish(&w);
	assert_int_equal(w.looks.items[0].status, LOOK_UNSEEN);
	looks_release(&w.looks);
	assert_int_equal(ask(f, "seen", NULL), LOOK_SEEN);
	assert_int_not_equal(helper(), before);
}

/* What the next helper says is of its own questions alone. */
static void helper_that_stops_makes_nobody_wait_twice(void **state)
{
	const struct fixture *f = *state;
	struct slice json;
	int pid;

	assert_int_equal(ask(f, "seen", NULL), LOOK_SEEN);
	pid = helper();
	kill(pid, SIGSTOP);
	assert_int_equal(ask(f, "one", NULL), LOOK_UNSEEN);
	assert_int_equal(ask(f, "two", NULL), LOOK_UNSEEN);
	assert_int_equal(asker_state(f->asker), ASKER_FAILING);
	kill(pid, SIGCONT);
	/* Until it speaks again nobody waits for it. */
	for (int i = 0; i < TRIES && ask(f, "three", &json) != LOOK_SEEN; i++)
		usleep(10000);
	assert_true(slice_eq(json, SLICE("/images/three/json")));
}

static void keeper_that_dies_leaves_all_unseen(void **state)
{
	const struct fixture *f = *state;
	struct waiter w = { 0 };
	int keeper;

	assert_int_equal(ask(f, "seen", NULL), LOOK_SEEN);
	keeper = parent_of(helper());
	looks_add(&w.looks, LOOK_IMAGE, SLICE("silent"));
	begin(f, &w);
	usleep(50000);
	kill(keeper, SIGKILL);
	finish(&w);
	assert_int_equal(w.looks.items[0].status, LOOK_UNSEEN);
	looks_release(&w.looks);
	for (int i = 0; i < TRIES && helper() != 0; i++)
		usleep(10000);
	assert_int_equal(helper(), 0);
	assert_int_equal(ask(f, "seen", NULL), LOOK_UNSEEN);
	assert_int_equal(asker_state(f->asker), ASKER_FAILING);
}

static void keeper_and_helper_end_with_the_service(void **state)
{
	struct keeper_config config = { .docker = "/nowhere", .secret = &secret };
	int ends[2], keeper, socket;
	char byte;
	pid_t service;

	(void) state;
	config.program = getenv("CIS_AUTHZ_LOOK");
	assert_int_equal(pipe(ends), 0);
	service = fork();
	if (service == 0) {
		if (keeper_start(&config, &socket) != 0)
			_exit(1);
		/* The hello. */
		(void) !recv(socket, &byte, 1, 0);
		(void) !write(ends[1], "x", 1);
		pause();
	}
	assert_int_equal(read(ends[0], &byte, 1), 1);
	keeper = 0;
	for (int pid = service; keeper == 0 && pid < service + 100; pid++)
		keeper = parent_of(pid) == service ? pid : 0;
	assert_true(keeper > 0);
	kill(service, SIGKILL);
	waitpid(service, NULL, 0);
	for (int i = 0; i < TRIES && parent_of(keeper) != 0; i++)
		usleep(10000);
	assert_int_equal(parent_of(keeper), 0);
	close(ends[0]);
	close(ends[1]);
}

static void stopping_answers_all(void **state)
{
	const struct fixture *f = *state;
	struct waiter w = { 0 };

	looks_add(&w.looks, LOOK_IMAGE, SLICE("silent"));
	begin(f, &w);
	asker_stop(f->asker);
	finish(&w);
	assert_int_equal(w.looks.items[0].status, LOOK_UNSEEN);
	looks_release(&w.looks);
	assert_int_equal(ask(f, "seen", NULL), LOOK_UNSEEN);
}

static void program_that_is_not_there(void **state)
{
	struct keeper_config config = { .docker = "/x", .program = "/nowhere" };
	int socket;

	(void) state;
	assert_int_equal(keeper_start(&config, &socket), -ENOENT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(six_targets),
		cmocka_unit_test(no_seventh_target),
		cmocka_unit_test(length_must_be_true),
		TEST_WITH(seen_and_absent, set_up),
		TEST_WITH(what_is_no_answer_is_unseen, set_up),
		TEST_WITH(long_answer_comes_whole, set_up),
		TEST_WITH(long_name_is_unseen, set_up),
		TEST_WITH(many_at_once, set_up),
		TEST_WITH(daemon_that_says_nothing, set_up_short),
		TEST_WITH(daemon_that_is_not_there, set_up_alone),
		TEST_WITH(helper_that_dies_is_replaced, set_up),
		TEST_WITH(helper_that_stops_makes_nobody_wait_twice, set_up_short),
		TEST_WITH(keeper_that_dies_leaves_all_unseen, set_up),
		cmocka_unit_test(keeper_and_helper_end_with_the_service),
		TEST_WITH(stopping_answers_all, set_up),
		cmocka_unit_test(program_that_is_not_there),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
