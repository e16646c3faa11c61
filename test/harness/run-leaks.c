/*
 * run-leaks.c - plants a secret in every string that the API has, and looks for it in everything
 * that leaves the program: decision records, denials, recordings, reports of eval, metrics.
 *
 * Usage: run-leaks DATA
 *
 * DATA/fields.tsv lists every field of every body. Whatever type it has, it is given a text, a
 * list, a list of lists, an object of texts, and an object with a key that tells the secret; in
 * bodies in which the fields around it make rules speak. Where a secret shows, DATA/shown.tsv must
 * have a row for the field, with the reason; and a row that no secret needs is an error too.
 * Parameters of the query (DATA/parameters.tsv) are held to redact/shown.def itself. A password or
 * a signature in a URL must show nowhere.
 */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "admin/metrics-text.h"
#include "admin/status.h"
#include "authz/decide.h"
#include "authz/envelope.h"
#include "authz/reply.h"
#include "base/arena.h"
#include "base/array.h"
#include "base/buf.h"
#include "base/diag.h"
#include "capture/capture.h"
#include "capture/replay.h"
#include "log/record.h"
#include "metrics/metrics.h"
#include "plants.h"
#include "policy/policy-load.h"
#include "policy/policy.h"
#include "report/eval-report.h"
#include "json/base64.h"

enum { CEILING = 64 << 20, MOST_ROWS = 1024, POLICIES = 3 };

struct row {
	char field[128], spots[32];
	bool log, recording, met_log, met_recording;
};

struct run {
	struct row rows[MOST_ROWS];
	size_t count;
	const struct policy *policies[POLICIES];
	struct report *report;
	struct metrics *metrics;
	unsigned passed, failed;
};

/* One that is being looked for. */
struct plant {
	const char *call, *field;
	enum spot spot;
	bool may_show; /* a parameter of the query that is listed */
};

/* Where the secret begins, in any letter case; NULL where it is not. */
static const char *find_secret(struct slice text)
{
	const size_t len = sizeof(SECRET) - 1;

	for (size_t i = 0; i + len <= text.len; i++) {
		if (strncasecmp(text.ptr + i, SECRET, len) == 0)
			return text.ptr + i;
	}
	return NULL;
}

static const char *const spot_words[] = {
	[SPOT_VALUE] = "value",   [SPOT_KEY] = "key", [SPOT_PATH] = "path",
	[SPOT_OPTION] = "option", [SPOT_URL] = "url", [SPOT_UNKNOWN] = "unknown",
};

static bool is_for(const struct row *row, const char *field, enum spot spot)
{
	bool within = (spot == SPOT_PATH || spot == SPOT_OPTION) && strstr(row->spots, "value");

	return strcmp(field, row->field) == 0 && (within || strstr(row->spots, spot_words[spot]));
}

/* A field of a container and of a service is one: "HostConfig.Mounts[].Type" is "Mounts.Type". */
static void flatten(const char *field, char *ret, size_t size)
{
	static const char *const doors[] = { "HostConfig.", "TaskTemplate.", "ContainerSpec." };
	size_t len = 0;

	for (size_t i = 0; i < COUNT_OF(doors); i++) {
		if (strncmp(field, doors[i], strlen(doors[i])) == 0)
			field += strlen(doors[i]);
	}
	for (; *field && len + 1 < size; field++) {
		if (*field == '[' || *field == ']' || *field == '*')
			continue;
		if (*field == '.' && (len == 0 || ret[len - 1] == '.'))
			continue;
		ret[len++] = *field;
	}
	ret[len] = 0;
}

static bool is_listed(struct run *r, const struct plant *p, bool recording)
{
	char field[256];
	bool found = false;

	if (p->spot == SPOT_UNKNOWN || p->may_show)
		return true;
	if (p->spot == SPOT_URL)
		return false;
	flatten(p->field, field, sizeof(field));
	for (size_t i = 0; i < r->count; i++) {
		struct row *row = &r->rows[i];

		if (!is_for(row, field, p->spot) || !(recording ? row->recording : row->log))
			continue;
		*(recording ? &row->met_recording : &row->met_log) = true;
		found = true;
	}
	return found;
}

static void look(struct run *r, const struct plant *p, const char *where, struct slice text)
{
	bool recording = strncmp(where, "the recording", 13) == 0;
	const char *found = find_secret(text), *begin, *end;

	if (!found || is_listed(r, p, recording)) {
		r->passed++;
		return;
	}
	begin = found - text.ptr > 150 ? found - 150 : text.ptr;
	end = text.ptr + text.len - found > 100 ? found + 100 : text.ptr + text.len;
	printf("%s %s (%s): %s shows it: %.*s\n", p->call, p->field, spot_words[p->spot], where,
	       (int) (end - begin), begin);
	r->failed++;
}

static void fail(struct run *r, const struct plant *p, const char *what)
{
	printf("%s %s: %s\n", p->call, p->field, what);
	r->failed++;
}

static void look_at_recording(struct run *r, const struct plant *p, struct slice question,
			      struct arena *a)
{
	struct timespec time = { 0 };
	struct reading reading;
	struct envelope e;
	struct slice line;

	reading_start(&reading, a);
	if (capture_call(question, r->policies[0], &time, a, &line) != 0 ||
	    envelope_read(line, a, &e, &reading) != 0) {
		fail(r, p, "cannot be recorded");
		return;
	}
	look(r, p, "the recording", line);
	look(r, p, "the recording's body", e.call.body);
}

/* Whatever may be shown in records may be in the report; nothing else. */
static void report(struct run *r, const struct plant *p, struct slice question, struct slice record,
		   const struct policy *policy, struct arena *a)
{
	struct replay replay;

	if (p->may_show || p->spot != SPOT_VALUE)
		return;
	if (strcmp(p->field, "Image") != 0 && !strstr(p->field, ".Image")) {
		if (replay_request(question, r->policies[2], policy, a, &replay) == 0)
			report_add(r->report, &replay, false);
		if (replay_record(record, NULL, policy, a, &replay) == 0)
			report_add(r->report, &replay, true);
	}
}

static void ask(struct run *r, const struct plant *p, struct slice question)
{
	for (size_t i = 0; i < POLICIES; i++) {
		OWN(arena) a = arena_new(CEILING);
		struct decide_env env = { 0 };
		struct slice text;
		struct decision d;

		if (!a)
			return;
		decide(question, r->policies[i], &env, a, &d);
		metrics_decision(r->metrics, &d);
		if (reply_message(&d, a, &text) == 0)
			look(r, p, "the denial", text);
		look(r, p, "the reply", reply_write(&d, a));
		if (record_write_short(&d, 8000, a, &text) == 0)
			look(r, p, "the short record", text);
		if (record_write(&d, a, &text) != 0) {
			fail(r, p, "cannot be written");
			continue;
		}
		look(r, p, "the record", text);
		report(r, p, question, text, r->policies[i], a);
		if (i == 0)
			look_at_recording(r, p, question, a);
	}
}

static json_t *envelope(const char *method, const char *target, const char *type, const char *body)
{
	OWN(arena) a = arena_new(CEILING);
	struct slice text = SLICE("");

	if (!a || base64_write(a, slice_str(body), &text) != 0)
		return NULL;
	return json_pack("{s:s, s:s, s:s%, s:{s:s}}", "RequestMethod", method, "RequestUri", target,
			 "RequestBody", text.ptr, text.len, "RequestHeaders", "Content-Type", type);
}

static void ask_json(struct run *r, const struct plant *p, json_t *call)
{
	char *text = json_dumps(call, JSON_COMPACT);

	if (text)
		ask(r, p, slice_str(text));
	else
		fail(r, p, "cannot be asked");
	free(text);
	json_decref(call);
}

/* ---- bodies ---- */

/* An object of the API's own, whose keys are names of fields. */
static bool has_fields(const char *type)
{
	return strncmp(type, "map:", 4) != 0 && strcmp(type, "PortMap") != 0 &&
	       strcmp(type, "string") != 0 && strcmp(type, "[]string") != 0 &&
	       strcmp(type, "integer") != 0 && strcmp(type, "boolean") != 0 &&
	       strcmp(type, "number") != 0;
}

static void try_field(struct run *r, const char *call, const char *field, const char *type)
{
	char method[8], target[96];

	plants_call(call, method, sizeof(method), target, sizeof(target));
	for (const struct plants_around *around = plants_around; around->word; around++) {
		if (!strstr(call, around->word))
			continue;
		for (const struct plants_shape *shape = plants_shapes; shape->json; shape++) {
			json_t *value = json_loads(shape->json, JSON_DECODE_ANY, NULL);
			json_t *root = plants_body(around->body, field, value);
			char *body = json_dumps(root, JSON_COMPACT);
			struct plant p = { call, field, shape->spot, false };

			/* A field that takes one of its own kind has names of fields below it. */
			if (has_fields(type) && p.spot == SPOT_KEY)
				p.spot = SPOT_UNKNOWN;
			ask_json(r, &p, envelope(method, target, "application/json", body));
			free(body);
			json_decref(root);
			json_decref(value);
		}
	}
}

/* ---- everything else ---- */

enum kind {
	KIND_HIDDEN,
	KIND_SHOWN,
	KIND_HOST,
	KIND_NAMES,
	KIND_PAIRS,
	KIND_LISTS,
	KIND_CHANGES,
	KIND_UNLISTED
};

static enum kind kind_of(const char *name)
{
#define PARAM(param, kind, why)       \
	if (strcmp(name, param) == 0) \
		return KIND_##kind;
#include "redact/shown.def"
#undef PARAM
	return KIND_UNLISTED;
}

enum { PLAIN = 1 << KIND_SHOWN | 1 << KIND_HOST };

static const struct {
	const char *value;
	bool url;
	unsigned shows; /* kinds in which it may */
} values[] = {
	{ SECRET, false, PLAIN },
	{ "a=" SECRET, false, PLAIN },
	{ "%22" SECRET "%22", false, PLAIN | 1 << KIND_PAIRS | 1 << KIND_LISTS },
	{ "%7B%22a%22:%22" SECRET "%22%7D", false, PLAIN | 1 << KIND_PAIRS },
	{ "%7B%22label%22:%7B%22a=" SECRET "%22:true%7D%7D", false, PLAIN },
	{ "%7B%22" SECRET "%22:%22a%22%7D", false,
	  PLAIN | 1 << KIND_NAMES | 1 << KIND_PAIRS | 1 << KIND_LISTS },
	{ "%5B%22label=" SECRET "%22%5D", false, PLAIN },
	{ "%5B%7B%22Type%22:%22x%22,%22Attrs%22:%7B%22token%22:%22" SECRET "%22%7D%7D%5D", false,
	  PLAIN | 1 << KIND_PAIRS },
	{ "%5B%22type=registry,token=" SECRET "%22%5D", false, PLAIN },
	{ "ENV%20A=" SECRET, false, PLAIN },
	{ "CMD%20mysql%20-p" SECRET, false, PLAIN },
	{ "USER%201%0AHEALTHCHECK%20CMD%20" SECRET "%0ALABEL%20" SECRET, false, PLAIN },
	{ "ENV%20A=1%20%5C%0AUSER%20" SECRET, false, PLAIN },
	{ "u:" SECRET "@h:1?x=" SECRET "/y", false, 1 << KIND_SHOWN },
	{ "u:" SECRET "/p%40h/y%3F%20" SECRET, false, 1 << KIND_SHOWN },
	{ "https://u:" SECRET "@h/?" SECRET, true, 0 },
	{ "https%3A%2F%2Fu%3A" SECRET "%40h%2F%3F" SECRET, true, 0 },
	{ "%5B%22https://u:" SECRET "@h/?" SECRET "%22%5D", true, 0 },
	{ "a;" SECRET, true, 0 },
	{ "%zz" SECRET, true, 0 },
};

static void try_param(struct run *r, const char *call, const char *name)
{
	char method[8], target[96], whole[512];
	enum kind kind = kind_of(name);
	struct plant p = { call, name, SPOT_VALUE, false };

	if (kind == KIND_UNLISTED) {
		fail(r, &p, "has no row in plugin/redact/shown.def");
		return;
	}
	plants_call(call, method, sizeof(method), target, sizeof(target));
	for (size_t i = 0; i < COUNT_OF(values); i++) {
		p.spot = values[i].url ? SPOT_URL : SPOT_VALUE;
		p.may_show = values[i].shows >> kind & 1;
		snprintf(whole, sizeof(whole), "%s?%s=%s", target, name, values[i].value);
		ask_json(r, &p, envelope(method, whole, "", ""));
		p.may_show = false;
		snprintf(whole, sizeof(whole), "%s?x%s=%s", target, name, values[i].value);
		ask_json(r, &p, envelope(method, whole, "", ""));
	}
}

static void try_headers(struct run *r)
{
	static const char *const names[] = { "Authorization", "X-Registry-Auth",
					     "X-Registry-Config", "Cookie", ("X-" SECRET) };

	for (size_t i = 0; i < COUNT_OF(names); i++) {
		struct plant p = { "POST /build", names[i], SPOT_VALUE, false };
		json_t *call = envelope("POST", "/v1.41/build?t=a", "x/y; a=" SECRET, SECRET);

		json_object_set_new(json_object_get(call, "RequestHeaders"), names[i],
				    json_string(SECRET));
		json_object_set_new(call, "RequestPeerCertificates", json_pack("[s]", SECRET));
		ask_json(r, &p, call);
	}
}

/* Bodies that cannot be read, or that nobody reads. */
static void try_bodies(struct run *r)
{
	static const char *const bodies[] = {
		SECRET,
		"\"" SECRET "\"",
		"[\"A=" SECRET "\"]",
		"{\"Env\":[\"" SECRET "\"],",
		"{\"Env\":[\"" SECRET "\"],\"env\":[]}",
		("{\"Image\":\"a\"} " SECRET),
	};
	static const char *const targets[] = {
		"/v1.41/containers/create",
		"/v1.41/plugins/a/set",
		"/v1.41/plugins/pull",
		"/v1.41/auth",
		"/v1.41/build",
		"/v1.41/nonsense",
		"/v1.41/containers/a/stop",
		"/v1.20/containers/a/start",
	};

	for (size_t i = 0; i < COUNT_OF(targets); i++) {
		for (size_t k = 0; k < COUNT_OF(bodies); k++) {
			struct plant p = { targets[i], bodies[k], SPOT_URL, false };

			ask_json(r, &p,
				 envelope("POST", targets[i], "application/json", bodies[k]));
			ask_json(r, &p, envelope("POST", targets[i], "text/plain", bodies[k]));
		}
	}
}

/* What eval and Prometheus are told at the end. */
static void look_at_sums(struct run *r)
{
	struct plant p = { "all calls", "together", SPOT_URL, false };
	OWN(arena) a = arena_new(CEILING);
	FILE *terminal = stdout;
	char *text = NULL;
	struct slice shown;
	size_t len = 0;

	stdout = open_memstream(&text, &len);
	report_print_text(r->report);
	report_print_json(r->report);
	fclose(stdout);
	stdout = terminal;
	if (len < 1000)
		fail(r, &p, "have no report");
	look(r, &p, "the report", (struct slice){ text, len });
	free(text);
	if (!a || metrics_text(r->metrics, &(struct status){ 0 }, true, true, a, &shown) != 0)
		fail(r, &p, "have no metrics");
	else
		look(r, &p, "the metrics", shown);
}

static bool each_row(const char *folder, const char *name,
		     void (*take)(struct run *r, char **cells), struct run *r)
{
	char path[512], *line = NULL;
	size_t size = 0;
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	file = fopen(path, "re");
	if (!file || getline(&line, &size, file) < 0) {
		perror(path);
		return false;
	}
	while (getline(&line, &size, file) > 0) {
		char *rest = line, *cells[4] = { 0 };

		for (size_t i = 0; i < 4 && rest; i++)
			cells[i] = strsep(&rest, "\t\n");
		if (cells[2])
			take(r, cells);
	}
	free(line);
	fclose(file);
	return true;
}

static void take_shown(struct run *r, char **cells)
{
	struct row *row = &r->rows[r->count];

	if (r->count == MOST_ROWS)
		return;
	r->count++;
	snprintf(row->field, sizeof(row->field), "%s", cells[0]);
	snprintf(row->spots, sizeof(row->spots), "%s", cells[1]);
	row->log = strstr(cells[2], "log");
	row->recording = strstr(cells[2], "recording");
}

static void take_field(struct run *r, char **cells)
{
	try_field(r, cells[0], cells[1], cells[2]);
}

static void take_param(struct run *r, char **cells)
{
	try_param(r, cells[0], cells[1]);
}

static void look_for_idle_rows(struct run *r)
{
	for (size_t i = 0; i < r->count; i++) {
		const struct row *row = &r->rows[i];

		if (row->log == row->met_log && row->recording == row->met_recording)
			continue;
		printf("shown.tsv: %s (%s) never showed in %s\n", row->field, row->spots,
		       row->log == row->met_log ? "a recording" : "the log");
		r->failed++;
	}
}

static bool load(struct run *r)
{
	static const char *const texts[] = {
		"version: 1\nprofile: strict\n",
		/* All that can be asked for, so that as many values as can be are objected to. */
		"version: 1\nprofile: strict\nrules:\n  log-driver: { allow: [a] }\n"
		"  trusted-images: { allow: [registry.example.com/a] }\n"
		"  container-user: { allow: [a] }\n  published-ports: { allow: [1/tcp] }\n"
		"  restart-policy: { allow: [no] }\n  runtime: { allow: [a] }\n"
		"  cgroup-parent: { allow: [a] }\n  sysctls: { allow: [a] }\n"
		"  ssh-server: { commands: [sshd], ports: [80] }\n",
		"version: 1\nprofile: none\nmode: warn\n",
	};
	OWN(diags) d = diags_new();

	for (size_t i = 0; i < POLICIES; i++) {
		if (!d || policy_parse(slice_str(texts[i]), "policy", &r->policies[i], d) != 0) {
			diags_print(d, stdout);
			return false;
		}
	}
	r->report = report_new();
	r->metrics = metrics_new(1);
	return r->report && r->metrics;
}

int main(int argc, char **argv)
{
	static struct run r;

	if (argc != 2) {
		fputs("usage: run-leaks DATA\n", stderr);
		return 2;
	}
	if (!load(&r) || !each_row(argv[1], "shown.tsv", take_shown, &r) ||
	    !each_row(argv[1], "fields.tsv", take_field, &r) ||
	    !each_row(argv[1], "parameters.tsv", take_param, &r))
		return 2;
	try_headers(&r);
	try_bodies(&r);
	look_at_sums(&r);
	look_for_idle_rows(&r);
	report_free(r.report);
	metrics_free(r.metrics);
	for (size_t i = 0; i < POLICIES; i++)
		policy_unref(r.policies[i]);
	printf("leaks: %u passed, %u failed\n", r.passed, r.failed);
	return r.failed > 0 || r.passed == 0;
}
