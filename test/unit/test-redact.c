/* test-redact.c - no secret is left, and what is none stays. */
#include "redact/redact.h"

#include "unit.h"

#include <jansson.h>
#include <stdio.h>

#include "authz/decide.h"
#include "authz/reply.h"
#include "base/arena.h"
#include "base/array.h"
#include "base/buf.h"
#include "base/diag.h"
#include "log/record.h"
#include "policy/policy-load.h"
#include "policy/policy.h"

struct sample {
	const char *given, *shown; /* shown NULL: as given */
};

static void check_all(const struct sample *pairs, size_t count,
		      int (*redact)(struct slice, struct arena *, struct slice *))
{
	for (size_t i = 0; i < count; i++) {
		OWN(arena) a = arena_new(1 << 20);
		struct slice given = tight(slice_str(pairs[i].given)), shown;

		assert_int_equal(redact(given, a, &shown), 0);
		assert_slice(shown, slice_str(pairs[i].shown ? pairs[i].shown : pairs[i].given));
		untight(given);
	}
}

#define CHECK_ALL(pairs, redact) check_all(pairs, COUNT_OF(pairs), redact)

static void harmless_targets_stay(void **state)
{
	static const struct sample pairs[] = {
		{ "" },
		{ "/" },
		{ "/v1.41/containers/create?name=web" },
		{ "/v1.41/containers/json?all=1&limit=0" },
		{ "/v1.41/images/create?fromImage=registry%2Fweb&tag=sha256%3Aabc" },
		{ "/images/search?term=h.example:1/y&limit=5" },
		{ "/build?t=a%3A1&t=b&networkmode=host&nocache=1" },
		{ "/v1.41/commit?changes=USER+root%0AEXPOSE+22&repo=a" },
		{ "/x?&&all&b=&limit=d" },
		{ "/build?remote=https%3A%2F%2Fgithub.com%2Fa%2Fb.git%23main%3Adocker" },
		{ "/images/a@sha256:abc/json?size=1" },
		{ "/build?cachefrom=[\"bb:1\",\"type=registry,ref=bb\"]&target=a" },
		{ "/networks/?scope=local&signal=TERM&until=1h" },
	};

	(void) state;
	CHECK_ALL(pairs, redact_target);
}

static void values_go_and_names_stay(void **state)
{
	static const struct sample pairs[] = {
		{ "/build?buildargs=%7B%22TOKEN%22%3A%22hunter2%22%7D&t=a",
		  "/build?buildargs=%7B%22TOKEN%22:%22***%22%7D&t=a" },
		{ "/build?buildargs={\"TOKEN\":\"hunter2\",\"B\":null}",
		  "/build?buildargs=%7B%22TOKEN%22:%22***%22,%22B%22:null%7D" },
		{ "/build?BuildArgs={\"A\":{\"B\":[\"hunter2\",7]}}", "/build?BuildArgs=***" },
		{ "/build?buildargs={\"A\":{\"B\":[\"hunter2\",7]}}",
		  "/build?buildargs=%7B%22A%22:%7B%22B%22:%5B%22***%22,%22***%22%5D%7D%7D" },
		{ "/build?%62uildargs={\"A\":\"hunter2\"}",
		  "/build?%62uildargs=%7B%22A%22:%22***%22%7D" },
		{ "/build?labels=%7B%22a.b%22%3A%22hunter2%22%7D",
		  "/build?labels=%7B%22a.b%22:%22***%22%7D" },
		{ "/build?buildargs={\"TOKEN\":\"hunter2\"", "/build?buildargs=***" },
		{ "/build?buildargs=hunter2", "/build?buildargs=***" },
		{ "/build?buildargs=%7B%2", "/build?buildargs=***" },
		{ "/build?buildargs={\"A\":\"x;hunter2\"}", "/build?buildargs=***" },
		{ "/build?x=1;buildargs={\"A\":\"hunter2\"}", "/build?x=***" },
		{ "/containers/json?filters={\"label\":[\"key=hunter2\",\"plain\"]}",
		  "/containers/json?filters=%7B%22label%22:%5B%22key=***%22,%22plain%22%5D%7D" },
		{ "/containers/json?filters={\"label\":{\"key=hunter2\":true}}",
		  "/containers/json?filters=%7B%22label%22:%7B%22key=***%22:true%7D%7D" },
		{ "/commit?changes=ENV+A%3Dhunter2+B%3Dhunter3", "/commit?changes=ENV%20A=***" },
		{ "/commit?changes=env%20A%20hunter2", "/commit?changes=env%20A%20***" },
		{ "/commit?changes=LABEL+a.b%3D%22hunter2%22", "/commit?changes=LABEL%20a.b=***" },
		{ "/commit?changes=LABEL+%22hunter2%22", "/commit?changes=LABEL%20***" },
		{ "/commit?changes=ENV+hunter2", "/commit?changes=ENV%20***" },
		{ "/commit?changes=USER+1%0AENV+A%3Dhunter2%0AEXPOSE+1",
		  "/commit?changes=USER%201%0AENV%20A=***%0AEXPOSE%201" },
		{ "/commit?changes=ENV+A%3D1+%5C%0AUSER+hunter2", "/commit?changes=***" },
		{ "/commit?changes=%23+escape%3D%60%0AUSER+hunter2", "/commit?changes=***" },
		{ "/commit?changes=CMD+mysql+-phunter2", "/commit?changes=CMD%20***" },
		{ "/commit?changes=hunter2+x", "/commit?changes=***" },
		{ "/x?password=hunter2&X-Auth=hunter2&my_token=hunter2&a=b",
		  "/x?password=***&X-Auth=***&my_token=***&a=***" },
		{ "/x?hunter2", "/x?***" },
		{ "/x?NAME=hunter2&comment=hunter2", "/x?NAME=***&comment=***" },
		{ "/build?outputs=%5B%7B%22Attrs%22%3A%22hunter2%22%7D%5D",
		  "/build?outputs=%5B%7B%22Attrs%22:%22***%22%7D%5D" },
		{ "/build?outputs=[{\"Type\":\"registry\",\"Attrs\":{\"name\":\"r/i:1\",\"token\":"
		  "\"hunter2\"}}]",
		  "/build?outputs=%5B%7B%22Type%22:%22registry%22,%22Attrs%22:%7B%22name%22:%22r/i:1"
		  "%22,%22token%22:%22***%22%7D%7D%5D" },
		{ "/build?cachefrom=[\"type=registry,ref=r/i,token=hunter2\"]",
		  "/build?cachefrom=%5B%22type=registry,ref=r/i,token=***%22%5D" },
		{ "/build?cacheto=[\"type=registry,hunter2,ref=https://u:hunter2@h/\"]",
		  "/build?cacheto=%5B%22type=registry,***,ref=https://***@h/%22%5D" },
		{ "/build?cachefrom=[\"https://u:hunter2@h/i\"]",
		  "/build?cachefrom=%5B%22https://***@h/i%22%5D" },
		{ "/build?cachefrom=hunter2", "/build?cachefrom=***" },
		{ "/x#?buildargs=hunter2", "/x#***" },
		{ "/x?a=1#hunter2", "/x?a=***#***" },
	};

	(void) state;
	CHECK_ALL(pairs, redact_target);
}

static void urls_lose_their_credentials(void **state)
{
	static const struct sample targets[] = {
		{ "/build?remote=https://u:hunter2@host/x.git",
		  "/build?remote=https://***@host/x.git" },
		{ "/build?remote=https%3A%2F%2Fu%3Ahunter2%40host%2Fx%23main",
		  "/build?remote=https://***@host/x%23main" },
		{ "/build?remote=a%3A%2F%2Fu%3Ap%40h", "/build?remote=a://***@h" },
		{ "/build?remote=a%3A%2F%2Fx%3Ay%40h", "/build?remote=a://***@h" },
		{ "/images/create?fromSrc=u:hunter2@host/a.tar%3Fk%3Dhunter2",
		  "/images/create?fromSrc=***@host/a.tar%3F***" },
		{ "/images/search?term=u:hunter2@h.example:1?x=hunter2/y",
		  "/images/search?term=***@h.example:1%3F***" },
		{ "/images/search?term=u:hun/ter2@h.example/y%3Fx%20hunter2",
		  "/images/search?term=***@h.example/y%3F***" },
		{ "/images/create?fromSrc=https://host/a.tar%3FX-Signature%3Dhunter2",
		  "/images/create?fromSrc=https://host/a.tar%3F***" },
		{ "http://u:hunter2@docker/v1.41/info", "http://***/v1.41/info" },
		{ "http://u:hunter2@docker/v1.41/info?a=b", "http://***/v1.41/info?a=***" },
		{ "http://u:hun/ter2@docker/v1.41/info", "http://***/v1.41/info" },
	};
	static const struct sample texts[] = {
		{ "is true. Remove --privileged." },
		{ "is \"a@sha256:abc\"" },
		{ "https://host/x.git" },
		{ "https://u:hunter2@host/x", "https://***@host/x" },
		{ "https://u:hun/ter\"2@host/x", "https://***@host/x" },
		{ "https://u:hunt@er2@host/x", "https://***@host/x" },
		{ "https://host/x?sig=hunter2", "https://host/x?***" },
		{ "is \"ssh://u:hunter2@host/?a=hunter2\". Use another.",
		  "is \"ssh://***@host/?***\". Use another." },
		{ "https://a/?x=hunter2 and https://b/?y=hunter2 too",
		  "https://a/?*** and https://b/?*** too" },
		{ "https:/u:hunter2@host/x?hunter2", "https:/***@host/x?***" },
		{ "/srv:/data" },
		{ "://" },
		{ "://@", "://***@" },
		{ "/v1/nonsense?buildargs=hunter2", "/v1/nonsense?buildargs=***" },
	};

	(void) state;
	CHECK_ALL(targets, redact_target);
	CHECK_ALL(texts, redact_text);
}

static const char policy_text[] =
	"version: 1\n"
	"profile: none\n"
	"rules: { ssh-server: { action: deny, commands: [sshd, ownd] } }\n"
	"scopes:\n"
	"  - name: ci\n"
	"    when: { user: ci }\n"
	"    rules: { ssh-server: { action: deny, commands: [sshd, ownd, scoped] } }\n";

/* What a recording has of a command line: what the rule ssh-server sees in it. */
static void recorded_commands_keep_what_a_rule_sees(void **state)
{
	static const struct sample pairs[] = {
		{ "/usr/sbin/sshd -D -p 2222", "/sshd -x -x 0" },
		{ "sshd", NULL },
		{ "ownd", NULL },
		{ "scoped", NULL },
		{ "other", "x" },
		{ "dropbear", NULL },
		{ "sh -c \"ssh hunter2\"", "sh -c  ssh x " },
		{ "sh -lc -- x", "sh -c -- x" },
		{ "gosu hunter2 service ssh start", "gosu x service ssh start" },
		{ "env A=hunter2 B=/bin/sshd", "env x=x x=/sshd" },
		{ "/etc/init.d/ssh restart", "/etc/init.d/ssh restart" },
		{ "/etc/init.d/hunter2 restart", "/etc/init.d/x restart" },
		{ "/opt/hunter2 stop", "x x" },
		{ "systemctl start ssh.service", NULL },
		{ "systemctl start sshd.service hunter2.service",
		  "systemctl start sshd.service x" },
		{ "/hunter2/entrypoint run.sh a=b.sh", "/x.sh x.sh x=x" },
		{ "timeout 5 9/hunter2 0/sh", "timeout 0 0 0/sh" },
		{ "--exec=/usr/sbin/sshd -c --sc --cd", "-x/sshd -c -c -x" },
		{ "[\"CMD\",\"sshd\"]", "[ CMD   sshd x" },
		{ "CMD", NULL },
		{ "CMD-SHELL", NULL },
		{ "NONE", NULL },
		{ ";a/sshd;&&", ";/sshd;&&" },
	};
	OWN(diags) d = diags_new();
	OWN_POLICY policy = NULL;
	struct redaction people = redact_for_people;

	(void) state;
	assert_int_equal(policy_parse(slice_str(policy_text), "policy.yaml", &policy, d), 0);
	for (size_t i = 0; i < COUNT_OF(pairs); i++) {
		OWN(arena) a = arena_new(1 << 20);
		struct redaction replay = redact_for_replay(policy);
		struct buf b = BUF(a), hidden = BUF(a);
		struct slice given = tight(slice_str(pairs[i].given)), shown;

		redact_command(&replay, given, &b);
		assert_int_equal(buf_done(&b, &shown), 0);
		assert_slice(shown, slice_str(pairs[i].shown ? pairs[i].shown : pairs[i].given));
		redact_command(&people, given, &hidden);
		assert_int_equal(buf_done(&hidden, &shown), 0);
		assert_slice(shown, SLICE("***"));
		untight(given);
	}
}

/* A recording keeps the origin of a URL, where rules look, and what may be a secret not. */
static void recorded_urls_keep_their_origin(void **state)
{
	static const struct sample pairs[] = {
		{ "http://127.0.0.1/@x", "http://127.0.0.1/x" },
		{ "http://127.0.0.1:80/@x", "http://127.0.0.1:80/x" },
		{ "http://host:8x/hunter2@x", "http://x@x" },
		{ "http://u:hunter2/x@host/y", "http://x@host/y" },
		{ "http://u@host/y@z", "http://x@z" },
		{ "http:///hunter2@x", "http://x@x" },
		{ "://host/hunter2@x", "://x@x" },
		{ "http://host/y?z", "http://host/y?x" },
		{ "http://host" },
		{ "http://host@", "http://x@" },
		{ "@" },
		{ "" },
		{ "u:hunter2@host/x.git" },
		{ "git://host/a and git://host/b?hunter2", "git://host/a and git://host/b?x" },
		{ "sshttp://host/x" },
		{ "tcp:host" },
		{ "1http://u:hunter2@host", "1http://x@host" },
	};
	const struct redaction replay = redact_for_replay(NULL);

	(void) state;
	for (size_t i = 0; i < COUNT_OF(pairs); i++) {
		OWN(arena) a = arena_new(1 << 20);
		struct buf b = BUF(a);
		struct slice given = tight(slice_str(pairs[i].given)), shown;

		redact_urls(&replay, given, &b);
		assert_int_equal(buf_done(&b, &shown), 0);
		assert_slice(shown, slice_str(pairs[i].shown ? pairs[i].shown : pairs[i].given));
		untight(given);
	}
}

struct option_sample {
	const char *key, *given, *shown, *recorded; /* NULL: as given; as shown */
};

static void options_lose_what_is_not_listed(void **state)
{
	static const struct option_sample rows[] = {
		{ "o", "addr=10.0.0.1,username=u,password=hunter2,ro",
		  "addr=10.0.0.1,username=***,password=***,ro",
		  "addr=10.0.0.1,username=x,password=x,ro" },
		{ "o", "password=hun,ter2,,rw,hunter2", "password=***,***,,rw,***",
		  "password=x,x,,rw,x" },
		{ "o", "PASSWD=hunter2", "PASSWD=***", "PASSWD=x" },
		{ "o", "mypass=hunter2,xpwd=1,xsecretx=1,a_token=1,keyx=1,credx=1,authx=1,userx=1",
		  "mypass=***,xpwd=***,xsecretx=***,a_token=***,keyx=***,credx=***,authx=***,userx=***",
		  "mypass=x,xpwd=x,xsecretx=x,a_token=x,keyx=x,credx=x,authx=x,userx=x" },
		{ "o", "lowerdir=/a:/b:hunter2,upperdir=/c", NULL, NULL },
		{ "o", "hunter2", "***", "x" },
		{ "o", "keyfile=/etc/key,credentials=/etc/smb", NULL, NULL },
		{ "o", "keyfile=hunter2,credentials=hunter2", "keyfile=***,credentials=***",
		  "keyfile=x,credentials=x" },
		{ "endpoint", "https://u:hunter2@host:80/a?b", "https://***@host:80/***",
		  "https://x@host:80/x" },
		{ "endpoint", "https://u:hunter2@host", "https://***@host", "https://x@host" },
		{ "endpoint", "https://host/", NULL, NULL },
		{ "endpoint", "https://host/hunter2", "https://host/***", "https://host/x" },
		{ "endpoint", "file:///etc", "***:///etc", "x:///etc" },
		{ "endpoint", "//host/share", NULL, NULL },
		{ "endpoint", "", NULL, NULL },
		{ "password", "", NULL, NULL },
		{ "password", "hunter2", "***", "x" },
		{ "keyfile", "/etc/key", NULL, NULL },
		{ "endpoint", "{{.Task.Slot}}", "***", "{{.Task.Slot}}" },
		{ "endpoint", "{{.Node.Hostname}}/a", "***", "{{x}}" },
		{ "type", "nfs", NULL, NULL },
	};
	static const struct redaction *const people = &redact_for_people;
	const struct redaction replay = redact_for_replay(NULL);

	(void) state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		OWN(arena) a = arena_new(1 << 20);
		const struct option_sample *row = &rows[i];
		struct buf b = BUF(a), recorded = BUF(a);
		struct slice key = tight(slice_str(row->key)), given = tight(slice_str(row->given));
		struct slice text;

		redact_option(people, key, given, &b);
		assert_int_equal(buf_done(&b, &text), 0);
		assert_slice(text, slice_str(row->shown ? row->shown : row->given));
		redact_option(&replay, key, given, &recorded);
		assert_int_equal(buf_done(&recorded, &text), 0);
		assert_slice(text, slice_str(row->recorded ? row->recorded
					     : row->shown  ? row->shown
							   : row->given));
		untight(given);
		untight(key);
	}
}

static void memory_may_run_out(void **state)
{
	static const char target[] =
		"/build?buildargs={\"TOKEN\":\"hunter2\"}&changes=ENV+A%3Dhunter2"
		"&remote=https://u:hunter2@h/?hunter2&filters={\"a=hunter2\":1}";

	(void) state;
	for (size_t ceiling = 0; ceiling < 8192; ceiling += 32) {
		OWN(arena) a = arena_new(ceiling);
		struct slice shown;
		int r = redact_target(slice_str(target), a, &shown);

		assert_true(r == 0 || r == -12);
		if (r == 0)
			assert_null(memmem(shown.ptr, shown.len, "hunter2", 7));
	}
}

/* The text is cut before the '@' that would tell where the password ends. */
static void cutting_bares_no_secret(void **state)
{
	static const char *const starts[] = {
		"https://u:hunter2",
		"/x?remote=https://u:hunter2",
		"http://u:hunter2",
		"/x?buildargs={\"A\":\"hunter2",
		"/x?a=1&remote=https%3A%2F%2Fu%3Ahunter2",
		"is \"https://u:hunter2",
	};
	static char text[20000];

	(void) state;
	for (size_t i = 0; i < COUNT_OF(starts); i++) {
		OWN(arena) a = arena_new(1 << 20);
		struct slice given = { text, sizeof(text) }, shown;

		memset(text, 'x', sizeof(text));
		memcpy(text, starts[i], strlen(starts[i]));
		memcpy(text + sizeof(text) - 6, "@host/", 6);
		assert_int_equal(redact_text(given, a, &shown), 0);
		assert_null(memmem(shown.ptr, shown.len, "hunter2", 7));
		assert_int_equal(redact_target(given, a, &shown), 0);
		assert_null(memmem(shown.ptr, shown.len, "hunter2", 7));
	}
}

/* Requests with a secret wherever there is a place for one, through the pipeline. */
#define POST(uri, body)           \
	{                         \
		"POST", uri, body \
	}

static const struct {
	const char *method, *uri, *body;
} requests[] = {
	POST("/v1.41/containers/create?name=a",
	     "{\"Image\":\"a\",\"Env\":[\"PASSWORD=hunter2\"],\"Labels\":{\"l\":\"hunter2\"},"
	     "\"Cmd\":[\"sshd\",\"-phunter2\"],\"Entrypoint\":[\"a\",\"hunter2\"],"
	     "\"Healthcheck\":{\"Test\":[\"CMD\",\"curl\",\"-uhunter2\"]},"
	     "\"HostConfig\":{\"Privileged\":true,\"Binds\":[\"/:/host\"],"
	     "\"LogConfig\":{\"Type\":\"x\",\"Config\":{\"splunk-token\":\"hunter2\"}},"
	     "\"Mounts\":[{\"Type\":\"volume\",\"Target\":\"/x\",\"VolumeOptions\":{"
	     "\"DriverConfig\":{\"Name\":\"local\",\"Options\":{\"type\":\"cifs\",\"device\":\"//h/"
	     "s\",\"o\":\"username=u,password=hunter2\"}}}}]}}"),
	POST("/v1.41/containers/a/exec",
	     "{\"Cmd\":[\"/usr/sbin/sshd\",\"hunter2\"],\"Env\":[\"A=hunter2\"],"
	     "\"Privileged\":true,\"User\":\"root\"}"),
	POST("/v1.41/secrets/create",
	     "{\"Name\":\"s\",\"Data\":\"aHVudGVyMg==hunter2\",\"Labels\":{\"a\":\"hunter2\"}}"),
	POST("/v1.41/configs/create", "{\"Name\":\"c\",\"Data\":\"hunter2\"}"),
	POST("/v1.41/auth", "{\"username\":\"u\",\"password\":\"hunter2\"}"),
	POST("/v1.41/swarm/join",
	     "{\"ListenAddr\":\"0.0.0.0\",\"RemoteAddrs\":[\"a\"],\"JoinToken\":\"hunter2\"}"),
	POST("/v1.41/swarm/unlock", "{\"UnlockKey\":\"hunter2\"}"),
	POST("/v1.41/services/create",
	     "{\"Name\":\"s\",\"TaskTemplate\":{\"ContainerSpec\":{\"Image\":\"a\",\"Env\":"
	     "[\"A=hunter2\"],\"Command\":[\"sshd\",\"hunter2\"],\"Labels\":{\"a\":\"hunter2\"}}}}"),
	POST("/v1.41/volumes/create",
	     "{\"Name\":\"v\",\"Driver\":\"local\",\"DriverOpts\":{\"type\":\"cifs\",\"o\":"
	     "\"password=hunter2\",\"device\":\"//h/s\"}}"),
	POST("/v1.41/build?buildargs=%7B%22T%22%3A%22hunter2%22%7D&labels=%7B%22T%22%3A%22hunter2"
	     "%22%7D&networkmode=host&remote=https%3A%2F%2Fu%3Ahunter2%40h%2Fr.git",
	     ""),
	POST("/v1.41/commit?container=a&changes=ENV+A%3Dhunter2%0AUSER+root&repo=r",
	     "{\"Env\":[\"A=hunter2\"]}"),
	POST("/v1.41/images/create?fromSrc=https%3A%2F%2Fu%3Ahunter2%40h%2Fa.tar&repo=r"
	     "&changes=LABEL+a%3Dhunter2",
	     ""),
	POST("/v1.41/containers/create",
	     "{\"Healthcheck\":{\"Test\":[\"curl -u a:hunter2 localhost\"]}}"),
	POST("/v1.41/containers/create",
	     "{\"HostConfig\":{\"StorageOpt\":{\"x\":\"hunter2\"},\"LogConfig\":{\"Type\":\"none\","
	     "\"Config\":{\"x\":\"hunter2\"}}}}"),
	POST("/v1.41/volumes/create",
	     "{\"Driver\":\"sshfs\",\"DriverOpts\":{\"sshcmd\":\"u:hunter2@h:/etc\"}}"),
	POST("/v1.41/networks/create",
	     "{\"Options\":{\"com.docker.network.bridge.enable_icc\":\"hunter2\"}}"),
	POST("/v1.41/build?cachefrom=%5B%22type=registry,token=hunter2%22%5D&x=hunter2&hunter2",
	     ""),
	POST("/v1.41/nonsense?buildargs=hunter2&x=https://u:hunter2@h/", "{\"a\":\"hunter2\"}"),
	POST("/v1.41/containers/create", "{\"Image\":\"https://u:hunter2@h/a\"}"),
	POST("/v1.41/containers/create", "{\"Env\":[\"hunter2\"], broken"),
	POST("/v1.41/containers/create", "{\"Env\":{\"hunter2\":\"hunter2\"}}"),
	POST("/v1.41/build?buildargs=%7B%22T%22%3A%22hunter2%22%7D%zz", ""),
	{ "GET", "/v1.41/containers/json?filters=%7B%22label%22%3A%5B%22a%3Dhunter2%22%5D%7D", "" },
};

static char *base64(const char *body)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	size_t len = strlen(body), out = 0;
	char *text = calloc(1, len / 3 * 4 + 8);

	for (size_t at = 0; at < len; at += 3) {
		unsigned three = 0;

		for (size_t k = 0; k < 3; k++)
			three = three << 8 | (at + k < len ? (unsigned char) body[at + k] : 0);
		for (size_t k = 0; k < 4; k++)
			text[out++] = at + k > len ? '=' : digits[three >> (18 - 6 * k) & 63];
	}
	return text;
}

static char *envelope(const char *method, const char *uri, const char *body)
{
	char *encoded = base64(body), *text;
	json_t *call = json_pack("{s:s, s:s, s:s, s:{s:s, s:s, s:s}}", "RequestMethod", method,
				 "RequestUri", uri, "RequestBody", encoded, "RequestHeaders",
				 "Content-Type", "application/json", "X-Registry-Auth", "hunter2",
				 "X-Registry-Config", "hunter2");

	text = json_dumps(call, JSON_COMPACT);
	json_decref(call);
	free(encoded);
	return text;
}

static void assert_no_secret(const char *what, size_t i, struct slice text)
{
	static const char *const secrets[] = { "hunter2", "aHVudGVyMg" };

	for (size_t k = 0; k < 2; k++) {
		if (memmem(text.ptr, text.len, secrets[k], strlen(secrets[k])))
			fail_msg("%s of %s: %.*s", what, requests[i].uri, SLICE_ARG(text));
	}
}

static void no_secret_leaves_the_pipeline(void **state)
{
	OWN(diags) diags = diags_new();
	OWN_POLICY policy = NULL;
	struct decide_env ids = { 0 };
	char path[] = "/tmp/cis-authz-redact-XXXXXX";
	int fd = mkstemp(path);
	unsigned denied = 0;

	(void) state;
	assert_true(dprintf(fd, "version: 1\nprofile: strict\n") > 0);
	assert_int_equal(policy_load(path, &policy, diags), 0);
	remove(path);
	for (size_t i = 0; i < COUNT_OF(requests); i++) {
		OWN(arena) a = arena_new(1 << 20);
		char *call = envelope(requests[i].method, requests[i].uri, requests[i].body);
		struct decision d;
		struct slice record, message;

		decide(slice_str(call), policy, &ids, a, &d);
		assert_int_equal(record_write(&d, a, &record), 0);
		assert_no_secret("the record", i, record);
		assert_int_equal(record_write_short(&d, 8000, a, &record), 0);
		assert_no_secret("the short record", i, record);
		assert_int_equal(reply_message(&d, a, &message), 0);
		assert_no_secret("the message", i, message);
		assert_no_secret("the reply", i, reply_write(&d, a));
		denied += !decision_allows(&d);
		free(call);
	}
	/* A test of requests that rules have nothing to say to would prove nothing. */
	assert_true(denied >= 12);
}

/* A container that mounts far more of the host than one record has room for. */
static char *call_with_many_mounts(void)
{
	json_t *binds = json_array(), *root;
	char *body, *call;

	for (int i = 0; i < 100; i++)
		json_array_append_new(binds, json_sprintf("/etc/%0600d:/x%d", i, i));
	root = json_pack("{s:s, s:{s:o}}", "Image", "a", "HostConfig", "Binds", binds);
	body = json_dumps(root, JSON_COMPACT);
	call = envelope("POST", "/v1.41/containers/create", body);
	json_decref(root);
	free(body);
	return call;
}

static void assert_complete(struct slice record, const struct decision *d, bool shortened)
{
	json_t *root = json_loadb(record.ptr, record.len, 0, NULL);

	assert_non_null(root);
	assert_int_equal(json_is_true(json_object_get(root, "shortened")), shortened);
	assert_int_equal((size_t) json_integer_value(json_object_get(root, "omitted")) +
				 json_array_size(json_object_get(root, "violations")),
			 verdict_count(d->verdict));
	json_decref(root);
}

/* Syslog takes so much and no more. */
static void short_record_tells_what_it_leaves_out(void **state)
{
	OWN(diags) diags = diags_new();
	OWN_POLICY policy = NULL;
	OWN(arena) a = arena_new(8 << 20);
	struct decide_env ids = { 0 };
	char *call = call_with_many_mounts();
	struct decision d;
	struct slice record;

	(void) state;
	assert_int_equal(policy_load(NULL, &policy, diags), 0);
	decide(slice_str(call), policy, &ids, a, &d);
	assert_int_equal(d.outcome, OUTCOME_DENY);
	assert_true(verdict_count(d.verdict) >= 100);

	assert_int_equal(record_write(&d, a, &record), 0);
	assert_complete(record, &d, false);
	assert_int_equal(record_write_short(&d, 8000, a, &record), 0);
	assert_true(record.len > 4000 && record.len <= 8000);
	assert_complete(record, &d, true);
	free(call);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(harmless_targets_stay),
		cmocka_unit_test(values_go_and_names_stay),
		cmocka_unit_test(urls_lose_their_credentials),
		cmocka_unit_test(cutting_bares_no_secret),
		cmocka_unit_test(recorded_commands_keep_what_a_rule_sees),
		cmocka_unit_test(recorded_urls_keep_their_origin),
		cmocka_unit_test(options_lose_what_is_not_listed),
		cmocka_unit_test(memory_may_run_out),
		cmocka_unit_test(no_secret_leaves_the_pipeline),
		cmocka_unit_test(short_record_tells_what_it_leaves_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
