#include "recorded-text.h"

#include <string.h>

#include "base/buf.h"
#include "base/url.h"
#include "policy/policy.h"
#include "policy/rule.h"

/* As the rule ssh-server takes a command line apart. */
static bool in_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '_' || c == '-' || c == '.' || c == '+';
}

static bool is_listed(struct slice word, const struct words *list)
{
	for (size_t i = 0; i < list->count; i++) {
		if (slice_eq(word, list->items[i]))
			return true;
	}
	return false;
}

/* What the policy in force calls an SSH server, by the rule's own table of options. */
static bool is_server_of(struct slice word, const struct policy *policy)
{
	const struct rule *rule = rules_find(SLICE("ssh-server"));
	const struct rule_setting *setting = policy_setting(policy, rules_index(rule));

	for (const struct param *p = rule->params; p->name; p++) {
		if (slice_eq(slice_str(p->name), SLICE("commands")))
			return is_listed(
				word, (const void *) ((const char *) setting->config + p->offset));
	}
	return false;
}

static bool is_server(struct slice word, const struct policy *policy)
{
	static const struct slice usual[] = {
		{ "sshd", 4 },      { "dropbear", 8 }, { "dropbearmulti", 13 },
		{ "tinysshd", 8 },  { "openssh", 7 },  { "openssh-server", 14 },
		{ "sshpiperd", 9 }, { "lshd", 4 },     { "sftp-server", 11 },
	};
	static const struct words known = { usual, sizeof(usual) / sizeof(usual[0]) };

	return is_listed(word, &known) || (policy && is_server_of(word, policy));
}

void recorded_arguments(struct slice text, const struct policy *policy, struct buf *b)
{
	static const struct slice probes[] = { { "CMD", 3 }, { "CMD-SHELL", 9 }, { "NONE", 4 } };
	static const struct words first_words = { probes, 3 };

	if (is_listed(text, &first_words)) {
		buf_add(b, text);
		return;
	}
	while (text.len > 0) {
		struct slice word = { text.ptr, 0 };

		while (word.len < text.len && in_word(text.ptr[word.len]))
			word.len++;
		if (word.len == 0)
			buf_char(b, text.ptr[0] == '/' ? '/' : ' ');
		else
			buf_add(b, is_server(word, policy) ? word : SLICE("x"));
		text = slice_from(text, word.len ? word.len : 1);
	}
}

/* Letters that a name of a secret has somewhere, in any case. */
static bool speaks_of_secret(struct slice name)
{
	static const struct slice parts[] = {
		{ "pass", 4 }, { "pwd", 3 },  { "secret", 6 }, { "token", 5 },
		{ "key", 3 },  { "cred", 4 }, { "auth", 4 },   { "user", 4 },
	};

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		for (size_t at = 0; at + parts[i].len <= name.len; at++) {
			if (slice_eq_nocase((struct slice){ name.ptr + at, parts[i].len },
					    parts[i]))
				return true;
		}
	}
	return false;
}

static const char *find_scheme(struct slice text)
{
	return text.len > 0 ? memmem(text.ptr, text.len, "://", 3) : NULL;
}

/*
 * An '@' behind the host, as in http://127.0.0.1/@x, makes no user of it, and rules find the host.
 * What stands there could still be a user and a password with a slash, unless it has no colon or a
 * port's digits behind that.
 */
static bool ends_before_at(struct slice text, const char *at, size_t *ret)
{
	struct url url;

	url_read(text, &url);
	*ret = text.len - url.rest.len;
	if (!at || url.host.len == 0 || at < text.ptr + *ret)
		return false;
	for (size_t i = 0; i < url.port.len; i++) {
		if (url.port.ptr[i] < '0' || url.port.ptr[i] > '9')
			return false;
	}
	return !slice_find((struct slice){ text.ptr, *ret }, '@');
}

/* A password may hold slashes and anything else, so it reaches to the last '@' there is. */
void recorded_url(struct slice text, struct buf *b)
{
	const char *scheme = find_scheme(text);
	const char *at = text.len > 0 ? memrchr(text.ptr, '@', text.len) : NULL, *query;
	size_t end;

	if (!scheme) {
		buf_add(b, text);
		return;
	}
	if (ends_before_at(text, at, &end)) {
		buf_add(b, (struct slice){ text.ptr, end });
		buf_add(b, SLICE("/x"));
		return;
	}
	buf_add(b, (struct slice){ text.ptr, (size_t) (scheme + 3 - text.ptr) });
	text = slice_from(text, (size_t) (scheme + 3 - text.ptr));
	if (at && at >= text.ptr) {
		buf_add(b, SLICE("x"));
		text = slice_from(text, (size_t) (at - text.ptr));
	}
	query = slice_find(text, '?');
	if (query)
		text.len = (size_t) (query - text.ptr);
	buf_add(b, text);
}

/* A path is no secret where rules take it for one: `credentials=/etc/smb`. */
static bool is_path(struct slice value)
{
	return slice_starts(value, SLICE("/")) && !slice_find(slice_from(value, 1), ',');
}

static bool names_file(struct slice name)
{
	return slice_eq_nocase(name, SLICE("credentials")) ||
	       slice_eq_nocase(name, SLICE("cred")) || slice_eq_nocase(name, SLICE("keyfile")) ||
	       slice_eq(name, SLICE("syslog-tls-key")) ||
	       slice_eq_nocase(name, SLICE("secretfile"));
}

static void write_word(struct slice word, struct buf *b)
{
	struct slice name, value;

	if (!slice_cut(word, '=', &name, &value)) {
		recorded_url(word, b);
		return;
	}
	buf_add(b, name);
	buf_char(b, '=');
	if (speaks_of_secret(name) && !(names_file(name) && is_path(value)))
		buf_add(b, SLICE("x"));
	else
		recorded_url(value, b);
}

/* A comma in a password would end it here, as it does for mount(8): what follows without a name of
 * its own goes with it. */
void recorded_option(struct slice key, struct slice value, struct buf *b)
{
	bool more = true, hidden = false;
	struct slice word;

	if (speaks_of_secret(key) && !(names_file(key) && is_path(value))) {
		/* Rules tell a path from what is none. */
		if (value.len > 0)
			buf_add(b, slice_starts(value, SLICE("/")) ? SLICE("/x") : SLICE("x"));
		return;
	}
	for (bool first = true; more; first = false) {
		more = slice_cut(value, ',', &word, &value);
		if (!first)
			buf_char(b, ',');
		if (hidden && !slice_find(word, '='))
			word = SLICE("x");
		else
			hidden = slice_find(word, '=') &&
				 speaks_of_secret((struct slice){
					 word.ptr, (size_t) (slice_find(word, '=') - word.ptr) });
		write_word(word, b);
	}
}
