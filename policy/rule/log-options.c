/*
 * log-options.c - a log driver is not led to where only the daemon can go.
 *
 * The drivers of the engine run in the daemon, as root, in the host's network: by syslog-address it
 * connects to any unix socket, by splunk-capath it reads any file to its end, be it /dev/zero, by a
 * line break in a tag a syslog server reads records that nobody wrote. Options go to the daemon's
 * own driver where none is named, so they are judged by their names, whichever driver that is.
 *
 * Values may be tokens: no message quotes more than an address.
 */
#include "base/arena.h"
#include "base/array.h"
#include "base/url.h"
#include "kit/log-tag.h"
#include "kit/words.h"
#include "policy/rule.h"

struct config {
	struct words allow_addresses, allow_files;
	struct slice remote, tag_fields;
};

static const struct param params[] = {
	PARAM_WORDS(
		struct config, allow_addresses, NULL,
		"where logs may be sent: globs over SCHEME://HOST[:PORT] in lower case, such as "
		"\"tcp://logs.example.com:*\", or \"unixgram:///run/log.sock\"; a driver's own "
		"default needs no entry"),
	PARAM_WORDS(struct config, allow_files, NULL,
		    "certificates and keys that drivers may read: globs over the path"),
	PARAM_WORD(struct config, remote, choice_word,
		   "what becomes of addresses that are not listed, where they are no unix sockets: "
		   "deny or allow",
		   .pattern = CHOICE_PATTERN),
	PARAM_WORD(struct config, tag_fields, choice_word,
		   "what becomes of a tag made of labels, environment or command, which may hold "
		   "line breaks: deny or allow",
		   .pattern = CHOICE_PATTERN),
	{ 0 },
};

static const struct slice system_files[] = { SLICE_INIT("/etc/**"), SLICE_INIT("/usr/**") };
static const struct config defaults = {
	.allow_files = { system_files, 2 },
	.remote = CHOICE_DENY,
	.tag_fields = CHOICE_DENY,
};

enum option_kind {
	OPTION_OTHER,
	OPTION_ADDRESS,
	OPTION_FILE,
	OPTION_TAG,
	OPTION_LIST,
	OPTION_WORD,
	OPTION_PATH
};

struct option {
	struct slice key;
	enum option_kind kind;
	struct slice scheme; /* of an address that gives none */
};

/* The drivers of engines 20.10 to 29 (moby daemon/logger), and the plugin loki. */
static const struct option options[] = {
	{ SLICE_INIT("awslogs-credentials-endpoint"), OPTION_PATH, { 0 } },
	{ SLICE_INIT("awslogs-endpoint"), OPTION_ADDRESS, SLICE_INIT("https") },
	{ SLICE_INIT("awslogs-region"), OPTION_WORD, { 0 } },
	{ SLICE_INIT("env"), OPTION_LIST, { 0 } },
	{ SLICE_INIT("fluentd-address"), OPTION_ADDRESS, SLICE_INIT("tcp") },
	{ SLICE_INIT("gelf-address"), OPTION_ADDRESS, SLICE_INIT("udp") },
	{ SLICE_INIT("labels"), OPTION_LIST, { 0 } },
	{ SLICE_INIT("loki-url"), OPTION_ADDRESS, SLICE_INIT("http") },
	{ SLICE_INIT("splunk-capath"), OPTION_FILE, { 0 } },
	{ SLICE_INIT("splunk-url"), OPTION_ADDRESS, SLICE_INIT("https") },
	{ SLICE_INIT("syslog-address"), OPTION_ADDRESS, SLICE_INIT("udp") },
	{ SLICE_INIT("syslog-tls-ca-cert"), OPTION_FILE, { 0 } },
	{ SLICE_INIT("syslog-tls-cert"), OPTION_FILE, { 0 } },
	{ SLICE_INIT("syslog-tls-key"), OPTION_FILE, { 0 } },
	{ SLICE_INIT("tag"), OPTION_TAG, { 0 } },
};

/* Options of plugins are not known: what begins like a URL is an address. */
static struct option option_of(const struct pair *pair)
{
	struct url url;

	for (size_t i = 0; i < COUNT_OF(options); i++) {
		if (slice_eq(pair->key, options[i].key))
			return options[i];
	}
	url_read(pair->value, &url);
	return (struct option){ .kind = url.scheme.len > 0 ? OPTION_ADDRESS : OPTION_OTHER };
}

static bool is_socket(struct slice scheme)
{
	return slice_eq_nocase(scheme, SLICE("unix")) ||
	       slice_eq_nocase(scheme, SLICE("unixgram")) ||
	       slice_eq_nocase(scheme, SLICE("unixpacket"));
}

static void make_lower(struct slice s)
{
	char *bytes = (char *) s.ptr;

	for (size_t i = 0; i < s.len; i++) {
		if (bytes[i] >= 'A' && bytes[i] <= 'Z')
			bytes[i] = (char) (bytes[i] + ('a' - 'A'));
	}
}

/* SCHEME://HOST[:PORT], or a socket's SCHEME://PATH: without user, password, path and query. */
static int write_address(struct arena *a, const struct option *option, const struct url *url,
			 struct slice *ret)
{
	struct slice scheme = url->scheme.len > 0 ? url->scheme : option->scheme;
	const char *open = url->bracketed ? "[" : "", *close = url->bracketed ? "]" : "";
	int error;

	if (is_socket(scheme))
		return arena_printf(a, ret, "%.*s://%.*s%.*s", SLICE_ARG(scheme),
				    SLICE_ARG(url->host), SLICE_ARG(url->rest));
	error = arena_printf(a, ret, "%.*s://%s%.*s%s%s%.*s", SLICE_ARG(scheme), open,
			     SLICE_ARG(url->host), close, url->port.len > 0 ? ":" : "",
			     SLICE_ARG(url->port));
	if (!error)
		make_lower(*ret);
	return error;
}

/* Where drivers go when no address is given, so that giving it changes nothing. */
static bool is_default(struct slice address)
{
	static const struct slice addresses[] = {
		SLICE_INIT("tcp://localhost:24224"), SLICE_INIT("tcp://127.0.0.1:24224"),
		SLICE_INIT("tcp://localhost"),       SLICE_INIT("tcp://127.0.0.1"),
		SLICE_INIT("unix:///dev/log"),       SLICE_INIT("unixgram:///dev/log"),
	};

	for (size_t i = 0; i < COUNT_OF(addresses); i++) {
		if (slice_eq(address, addresses[i]))
			return true;
	}
	return false;
}

static int drop_option(const struct pair *pair, struct verdict *v)
{
	return verdict_drop(v, SETTING_LOG_OPT, pair->key);
}

static int check_address(const struct intent *in, const struct config *c,
			 const struct option *option, const struct pair *pair, struct verdict *v)
{
	struct slice address;
	struct url url;
	int r;

	url_read(pair->value, &url);
	r = write_address(in->arena, option, &url, &address);
	if (r || is_default(address) || words_match(&c->allow_addresses, address))
		return r;
	if (is_socket(url.scheme))
		verdict_object(v, pair->at, address,
			       "has the daemon, as root, write to the socket %.*s.",
			       SLICE_ARG(address));
	else if (!choice_denies(c->remote))
		return 0;
	else
		verdict_object(v, pair->at, address,
			       "has the daemon send the log to %.*s, which the policy does not "
			       "list.",
			       SLICE_ARG(address));
	verdict_hint(v, "The daemon's own choice then holds.");
	verdict_opens(v, allow_addresses);
	return drop_option(pair, v);
}

static bool is_clean(struct slice path)
{
	struct slice rest = path, part;
	bool more = slice_starts(path, SLICE("/"));

	if (!more)
		return false;
	rest = slice_from(rest, 1);
	while (more) {
		more = slice_cut(rest, '/', &part, &rest);
		if (part.len == 0 || slice_eq(part, SLICE(".")) || slice_eq(part, SLICE("..")))
			return false;
	}
	return !slice_find(path, '\0');
}

static int check_file(const struct config *c, const struct pair *pair, struct verdict *v)
{
	if (pair->value.len == 0 ||
	    (is_clean(pair->value) && words_match(&c->allow_files, pair->value)))
		return 0;
	verdict_object(v, pair->at, pair->key,
		       "has the daemon, as root, read a file that the policy does not list: a "
		       "device or a pipe there would stop it.");
	verdict_hint(v, "Certificates can be kept below /etc.");
	verdict_opens(v, allow_files);
	return drop_option(pair, v);
}

static bool holds_control(struct slice text)
{
	for (size_t i = 0; i < text.len; i++) {
		unsigned char c = (unsigned char) text.ptr[i];

		if (c < 0x20 || c == 0x7f)
			return true;
	}
	return false;
}

static int check_text(const struct config *c, enum option_kind kind, const struct pair *pair,
		      struct verdict *v)
{
	enum log_tag tag = kind == OPTION_TAG ? log_tag_read(pair->value) : LOG_TAG_PLAIN;

	if (holds_control(pair->value)) {
		verdict_object(v, pair->at, pair->key,
			       "holds a line break or another control character, by which a log "
			       "server reads records that nobody wrote. Letters, digits and fields "
			       "such as {{.Name}} will do.");
	} else if (tag == LOG_TAG_BREAKS) {
		verdict_object(v, pair->at, pair->key,
			       "has a template that may write lines of its own, by which a log "
			       "server reads records that nobody wrote. Fields such as {{.Name}}, "
			       "{{.ImageName}} and {{.ID}} will do, and of functions index, lower, "
			       "split, title, truncate and upper.");
	} else if (tag == LOG_TAG_FIELDS && choice_denies(c->tag_fields)) {
		verdict_object(v, pair->at, pair->key,
			       "is made of the container's labels, environment or command, which "
			       "may hold line breaks that forge records. {{.Name}}, "
			       "{{.ImageName}} or {{.ID}} will do.");
		verdict_opens(v, tag_fields);
	} else {
		return 0;
	}
	return drop_option(pair, v);
}

/* It becomes part of a host's name: logs.REGION.amazonaws.com. */
static bool is_region(struct slice text)
{
	for (size_t i = 0; i < text.len; i++) {
		char c = text.ptr[i];

		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
		      c == '-'))
			return false;
	}
	return true;
}

static int check_option(const struct intent *in, const struct config *c, const struct pair *pair,
			struct verdict *v)
{
	struct option option = option_of(pair);

	if (pair->value.len == 0)
		return 0;
	switch (option.kind) {
	case OPTION_OTHER:
		return 0;
	case OPTION_ADDRESS:
		return check_address(in, c, &option, pair, v);
	case OPTION_FILE:
		return check_file(c, pair, v);
	case OPTION_TAG:
	case OPTION_LIST:
		return check_text(c, option.kind, pair, v);
	case OPTION_WORD:
		if (is_region(pair->value))
			return 0;
		verdict_object(
			v, pair->at, pair->key,
			"is no region, as eu-central-1 is, but would become part of a host's "
			"name.");
		return drop_option(pair, v);
	case OPTION_PATH:
		break;
	}
	/* The driver puts it behind http://169.254.170.2, so it must not go on with a host. */
	if (slice_starts(pair->value, SLICE("/")))
		return 0;
	verdict_object(v, pair->at, pair->key,
		       "is no path that begins with a slash, but would become part of a host's "
		       "name.");
	return drop_option(pair, v);
}

static int check(const struct intent *in, const void *config, struct verdict *v)
{
	const struct field_pairs *given = &in->container.log_options;
	int r = 0;

	for (size_t i = 0; r == 0 && i < given->count; i++)
		r = check_option(in, config, &given->items[i], v);
	return r;
}

const struct rule rule_log_options = {
	.id = "log-options",
	.title = "Log drivers go where they should",
	.why = "A log driver runs in the daemon, as root on the host. Its options have the daemon "
	       "connect to any address and unix socket and read any file, and line breaks in them "
	       "forge the records of a log server.",
	.fields = "HostConfig.LogConfig.Config, TaskTemplate.LogDriver.Options of services",
	.broken_by =
		"docker run --log-opt syslog-address=unix:///run/x.sock; compose: logging: {options: "
		"{syslog-address: \"unix:///run/x.sock\"}}",
	.comply =
		"Remove the option, which leaves the daemon's own choice; or list the address under "
		"this rule's `allow_addresses`.",
	.example_value = "tcp://logs.example.com:514",
	.subjects = SUBJECT_CONTAINER,
	.params = params,
	.size = sizeof(struct config),
	.defaults = &defaults,
	.check = check,
};
