/*
 * command.c - command lines, whose words may be passwords: `mysql -psecret`.
 *
 * People are shown none of it. One rule looks at commands, ssh-server, so a recording keeps names
 * of SSH servers, what starts them, that a word is an option or a number, and the marks between.
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

static bool is_structure(struct slice word)
{
	return command_launches(word) || command_launches_for(word) || command_manages(word) ||
	       command_starts(word) || slice_eq(word, SLICE("ssh")) ||
	       slice_eq(word, SLICE("ssh.service")) || slice_eq(word, SLICE("sshd.service")) ||
	       slice_eq(word, SLICE("etc")) || slice_eq(word, SLICE("-c")) ||
	       slice_eq(word, SLICE("--"));
}

/* Of a word that is not kept, what it is like. */
static struct slice like(struct slice word, struct slice mark)
{
	if (slice_starts(word, SLICE("-")))
		return slice_ends(word, SLICE("c")) ? SLICE("-c") : SLICE("-x");
	if (word.ptr[0] >= '0' && word.ptr[0] <= '9')
		return SLICE("0");
	if (slice_ends(word, SLICE(".sh")) || slice_ends(word, SLICE("entrypoint")))
		return SLICE("x.sh");
	return mark;
}

static struct slice kept(struct slice word, const struct redaction *r)
{
	bool script = slice_ends(word, SLICE(".sh")) || slice_ends(word, SLICE("entrypoint"));

	if (is_server(word, r->policy) || (!script && is_structure(word)))
		return word;
	return like(word, r->mark);
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
			buf_char(b, slice_find(SLICE("/;&|(){}`=\n!"), text.ptr[0]) ? text.ptr[0]
										    : ' ');
		else
			buf_add(b, kept(word, r));
		text = slice_from(text, word.len ? word.len : 1);
	}
}
