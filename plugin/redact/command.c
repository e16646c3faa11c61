/*
 * command.c - command lines, whose words may be passwords: `mysql -psecret`.
 *
 * People are shown none of it. One rule looks at commands, ssh-server, so a recording keeps of each
 * word what that rule sees in it: the name of an SSH server or of what starts one, and whether it
 * is an option, a number, an assignment or a path.
 */
#include "policy/command.h"
#include "base/array.h"
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
		SLICE_INIT("sshd"),      SLICE_INIT("dropbear"), SLICE_INIT("dropbearmulti"),
		SLICE_INIT("tinysshd"),  SLICE_INIT("openssh"),  SLICE_INIT("openssh-server"),
		SLICE_INIT("sshpiperd"), SLICE_INIT("lshd"),     SLICE_INIT("sftp-server"),
	};
	static const struct words known = { usual, COUNT_OF(usual) };

	return is_listed(word, &known) || (policy && is_server_of(word, policy));
}

static bool is_script(struct slice base)
{
	return slice_ends(base, SLICE(".sh")) || slice_ends(base, SLICE("entrypoint"));
}

static bool is_structure(struct slice base)
{
	return command_launches(base) || command_launches_for(base) || command_manages(base) ||
	       command_starts(base) || slice_eq(base, SLICE("ssh"));
}

/* Only what the rule knows; false where it knows nothing of the kind. */
static bool write_name(const struct redaction *r, struct slice base, struct buf *b)
{
	struct slice service, rest;

	if (is_server(base, r->policy)) {
		buf_add(b, base);
	} else if (is_script(base)) {
		buf_add(b, slice_find(base, '=') ? SLICE("x=x") : SLICE("x.sh"));
	} else if (is_structure(base)) {
		buf_add(b, base);
	} else if (slice_ends(base, SLICE(".service"))) {
		slice_cut(base, '.', &service, &rest);
		if (!is_server(service, r->policy) && !slice_eq(service, SLICE("ssh")))
			return false;
		buf_add(b, service);
		buf_add(b, SLICE(".service"));
	} else {
		return false;
	}
	return true;
}

static void write_option(struct slice word, struct buf *b)
{
	if (!slice_starts(word, SLICE("-")))
		buf_char(b, '0');
	else if (slice_eq(word, SLICE("--")))
		buf_add(b, word);
	else
		buf_add(b, slice_ends(word, SLICE("c")) ? SLICE("-c") : SLICE("-x"));
}

/* What stands before a name that is kept. */
static void write_front(struct slice word, struct slice front, struct buf *b)
{
	if (slice_starts(word, SLICE("-")))
		buf_add(b, SLICE("-x/"));
	else if (slice_find(word, '='))
		buf_add(b, SLICE("x=/"));
	else if (word.ptr[0] >= '0' && word.ptr[0] <= '9')
		buf_add(b, SLICE("0/"));
	else if (slice_eq(front, SLICE("/etc/init.d/")))
		buf_add(b, front);
	else
		buf_char(b, '/');
}

static void write_word(const struct redaction *r, struct slice word, struct buf *b)
{
	struct slice base = command_base(word), front = { word.ptr, word.len - base.len }, name;
	bool option = slice_starts(word, SLICE("-")), assigns = !option && slice_find(word, '=');
	bool number = word.ptr[0] >= '0' && word.ptr[0] <= '9';
	struct buf known = BUF(b->arena);
	bool named = write_name(r, base, &known) && !buf_done(&known, &name);

	if (named && front.len == 0 && (!(option || number) || is_server(base, r->policy))) {
		buf_add(b, name);
	} else if (named && front.len > 0) {
		write_front(word, front, b);
		buf_add(b, name);
	} else if (assigns) {
		buf_add(b, SLICE("x=x"));
	} else if (option || number) {
		write_option(word, b);
	} else {
		if (slice_eq(front, SLICE("/etc/init.d/")))
			buf_add(b, front);
		buf_add(b, r->mark);
	}
}

void redact_command(const struct redaction *r, struct slice text, struct buf *b)
{
	static const struct slice probes[] = { SLICE_INIT("CMD"), SLICE_INIT("CMD-SHELL"),
					       SLICE_INIT("NONE") };
	static const struct words first_words = { probes, 3 };

	if (!r->replays) {
		buf_add(b, r->mark);
		return;
	}
	if (is_listed(text, &first_words)) {
		buf_add(b, text);
		return;
	}
	if (slice_starts(text, SLICE("["))) {
		buf_char(b, '[');
		text = slice_from(text, 1);
	}
	while (text.len > 0) {
		struct slice word = command_first_word(text);

		if (word.len > 0)
			write_word(r, word, b);
		else
			buf_char(b, command_begins_behind(text.ptr[0]) ? text.ptr[0] : ' ');
		text = slice_from(text, word.len > 0 ? word.len : 1);
	}
}
