/*
 * command.c - command lines, whose words may be passwords: `mysql -psecret`.
 *
 * People are shown none of it. One rule looks at commands, ssh-server, so a recording keeps names
 * of SSH servers, and the slashes that tell a program from a directory.
 */
#include "policy/command.h"
#include "base/buf.h"
#include "policy/policy.h"
#include "policy/rule.h"
#include "redact/redact.h"

static bool is_listed(struct slice word, const struct words *list)
{
	for (size_t i = 0; i < list->count; i++) {
		if (slice_eq(word, list->items[i]))
			return true;
	}
	return false;
}

/* By the rule's own table of options. */
static bool is_set_as_server(struct slice word, const struct rule *rule,
			     const struct rule_setting *setting)
{
	for (const struct param *p = rule->params; p->name; p++) {
		if (slice_eq(slice_str(p->name), SLICE("commands")))
			return is_listed(
				word, (const void *) ((const char *) setting->config + p->offset));
	}
	return false;
}

/* What the policy in force, or one of its scopes, calls an SSH server. */
static bool is_server_of(struct slice word, const struct policy *policy)
{
	const struct rule *rule = rules_find(SLICE("ssh-server"));
	size_t index = rules_index(rule);

	for (size_t i = 0; i < policy_scope_count(policy); i++) {
		if (is_set_as_server(word, rule, policy_scope_setting(policy, i, index)))
			return true;
	}
	return is_set_as_server(word, rule, policy_setting(policy, index));
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

void redact_command(const struct redaction *r, struct slice text, struct buf *b)
{
	static const struct slice probes[] = { { "CMD", 3 }, { "CMD-SHELL", 9 }, { "NONE", 4 } };
	static const struct words first_words = { probes, 3 };

	if (!r->replays) {
		buf_add(b, r->mark);
		return;
	}
	if (is_listed(text, &first_words)) {
		buf_add(b, text);
		return;
	}
	while (text.len > 0) {
		struct slice word = command_first_word(text);

		if (word.len == 0)
			buf_char(b, text.ptr[0] == '/' ? '/' : ' ');
		else
			buf_add(b, is_server(word, r->policy) ? word : r->mark);
		text = slice_from(text, word.len ? word.len : 1);
	}
}
