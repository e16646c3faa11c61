/*
 * policy-load.c - YAML to policy: which files are read, in which order, and their top keys.
 *
 * draft.h says what layers are. Nothing leaves this file while `diags_bad`: what was read so far
 * may be half right.
 */
#include "policy/policy-load.h"

#include <errno.h>
#include <limits.h>
#include <time.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/read-file.h"
#include "hint/hint.h"
#include "load/draft.h"
#include "policy-internal.h"
#include "policy/key.h"
#include "policy/profiles.h"
#include "policy/rule.h"
#include "policy/sources.h"
#include "source/source.h"
#include "yaml/yaml-doc.h"

enum {
	SCRATCH_MOST = 320 << 20, /* what the trees of the two largest files take */
	TEXT_MOST = 4 * YAML_SIZE_MOST,
	CONTACT_MOST = 200,
};

static int read_version(struct layer *l, const struct yaml_node *n)
{
	if (yaml_plain(n) && slice_eq(n->text, SLICE("1")))
		return 0;
	return diag_add(
		l->draft->diags, n->mark,
		"`version` must be 1 (without quotes), not %s; this program knows no other version "
		"of the policy language",
		yaml_words(n, l->draft->scratch));
}

static int read_name(struct layer *l, const struct yaml_node *n)
{
	if (n->kind != YAML_SCALAR || !policy_is_name(n->text))
		return diag_add(l->draft->diags, n->mark,
				"`name` must be 1 to %d letters, digits, `-`, `_` and `.`, such as "
				"web-hosts, not %s",
				POLICY_NAME_MOST, yaml_words(n, l->draft->scratch));
	return arena_copy(l->draft->policy->arena, n->text, &l->draft->policy->name);
}

static bool is_line(struct slice text)
{
	for (size_t i = 0; i < text.len; i++) {
		unsigned char c = (unsigned char) text.ptr[i];

		if (c < ' ' || c == 0x7f)
			return false;
	}
	return slice_trim(text).len > 0 && text.len <= CONTACT_MOST;
}

static int read_contact(struct layer *l, const struct yaml_node *n)
{
	struct policy *p = l->draft->policy;

	if (n->kind != YAML_SCALAR || !is_line(n->text))
		return diag_add(l->draft->diags, n->mark,
				"`contact` must be a text or URL of at most %d characters, on one "
				"line, such as https://wiki.example.com/docker, not %s",
				CONTACT_MOST, yaml_words(n, l->draft->scratch));
	return arena_copy(p->arena, n->text, &p->contact);
}

/* "a, b or c" */
static struct slice list_words(struct arena *a, const char *(*word)(size_t i))
{
	struct buf b = BUF(a);
	struct slice words = SLICE("one of those in the manual");

	for (size_t i = 0; word(i); i++) {
		if (i > 0)
			buf_add(&b, word(i + 1) ? SLICE(", ") : SLICE(" or "));
		buf_add(&b, slice_str(word(i)));
	}
	buf_done(&b, &words);
	return words;
}

static const char *edition_at(size_t i)
{
	return i < EDITIONS ? edition_name((enum edition) i) : NULL;
}

static const char *profile_at(size_t i)
{
	return profiles[i].name;
}

/* Before the other keys, which may hold numbers. */
static void choose_edition(struct layer *l, const struct yaml_node *root)
{
	const struct yaml_node *n = yaml_get(root, SLICE("benchmark"));
	struct slice names;

	l->edition = l->below ? l->below->edition : EDITION_1_11_0;
	if (n && (n->kind != YAML_SCALAR || !edition_find(n->text, &l->edition))) {
		names = list_words(l->draft->scratch, edition_at);
		diag_add(l->draft->diags, n->mark, "`benchmark` must be %.*s, not %s",
			 SLICE_ARG(names), yaml_words(n, l->draft->scratch));
	}
	l->draft->policy->edition = l->edition;
}

/* What no other file may lower, a mode that denies nothing may not lower either. */
static const struct final_rule *any_final(const struct layer *l)
{
	for (size_t i = 0; i < rules_count(); i++) {
		const struct final_rule *final = draft_final(l->draft, l, rules_at(i));

		if (final)
			return final;
	}
	return NULL;
}

static int complain_mode(const struct draft *d, const struct yaml_node *n)
{
	const char *hint = n->kind == YAML_SCALAR ? hint_find(hint_mode, n->text) : NULL;

	return diag_add(d->diags, n->mark, "`mode` must be enforce or warn, not %s%s%s",
			yaml_words(n, d->scratch), hint ? "; " : "", hint ? hint : "");
}

static int read_mode(struct layer *l, const struct yaml_node *n)
{
	struct draft *d = l->draft;
	bool enforce = n->kind == YAML_SCALAR && slice_eq(n->text, SLICE("enforce"));

	if (!enforce && (n->kind != YAML_SCALAR || !slice_eq(n->text, SLICE("warn"))))
		return complain_mode(d, n);
	if (d->policy->enforce && !enforce && any_final(l)) {
		diag_add(d->diags, n->mark,
			 "`mode: warn` would deny nothing, and the profile has rules that are "
			 "final; take it out here, or have it changed there");
		diag_note(d->diags, any_final(l)->key->mark, "one of them");
		return BAD_INPUT;
	}
	if (l->below && l->below->mode && d->policy->enforce && !enforce) {
		diag_warn(d->diags, n->mark, "`mode` is lowered to warn here");
		diag_note(d->diags, l->below->mode->mark, "the profile says enforce");
	}
	l->mode = n;
	d->policy->enforce = enforce;
	return 0;
}

/* Settings of the rule trusted-users, under a key of their own: who may do what is read apart from
 * what is done. */
static int read_access(struct layer *l, const struct yaml_node *n)
{
	size_t i = rules_index(rules_find(SLICE("trusted-users")));
	struct rule_setting *setting = &l->draft->policy->settings[i];

	if (setting->action == ACTION_OFF && l->set_by[i])
		return diag_add(
			l->draft->diags, n->key->mark,
			"`access` has no effect, since the rule `trusted-users` is off; leave one of the two out");
	if (setting->action == ACTION_OFF) {
		setting->action = ACTION_DENY;
		if (l->draft->sources)
			l->draft->sources->rules[i].action = n->key->mark;
	}
	/* A file upon this one that lowers the rule takes `access` back. */
	if (!l->set_by[i])
		l->set_by[i] = n->key;
	return draft_read_access(l, n);
}

static int read_key(struct layer *l, enum key_of_POLICY key, const struct yaml_node *n)
{
	switch (key) {
	case KEY_POLICY_version:
		return read_version(l, n);
	case KEY_POLICY_name:
		return read_name(l, n);
	case KEY_POLICY_contact:
		return read_contact(l, n);
	case KEY_POLICY_benchmark:
	case KEY_POLICY_profile:
		return 0; /* read before the others, whose meaning rests on them */
	case KEY_POLICY_mode:
		return read_mode(l, n);
	case KEY_POLICY_groups:
		return draft_read_groups(l, n);
	case KEY_POLICY_rules:
		return draft_read_rules(l, n);
	case KEY_POLICY_scopes:
		return draft_read_scopes(l, n);
	case KEY_POLICY_exceptions:
		return draft_read_exceptions(l, n);
	case KEY_POLICY_access:
		return read_access(l, n);
	}
	return 0;
}

/* In the order of key.def, wherever they stand: `groups` before all that lists users, and `rules`
 * before `access` and `exceptions`. */
static int read_keys(struct layer *l, const struct yaml_node *root)
{
	const char *const *names = key_names(KEYS_POLICY);

	for (size_t i = 0; names[i]; i++) {
		const struct yaml_node *n = yaml_get(root, slice_str(names[i]));
		int err = n ? read_key(l, (enum key_of_POLICY) i, n) : 0;

		if (err < 0)
			return err;
	}
	return 0;
}

static void tell_of_layer(const struct layer *l, const struct yaml_node *root)
{
	struct sources *s = l->draft->sources;
	const struct yaml_node *mode = yaml_get(root, SLICE("mode"));

	if (!s)
		return;
	if (mode)
		s->mode = mode->key->mark;
	source_lay(yaml_get(root, SLICE("rules")), l->edition, s->rules);
}

/* An empty file (no `root`) changes nothing. 0, also with complaints, or -ENOMEM. */
static int lay(struct layer *l, const struct yaml_node *root)
{
	struct draft *d = l->draft;

	l->set_by = arena_alloc(d->scratch, rules_count(), sizeof(*l->set_by));
	if (!l->set_by)
		return -ENOMEM;
	l->edition = l->below ? l->below->edition : EDITION_1_11_0;
	if (!root)
		return 0;
	if (root->kind != YAML_MAP) {
		diag_add(d->diags, root->mark,
			 "a policy is a mapping of keys, such as `version: 1`, not %s",
			 yaml_words(root, d->scratch));
		return 0;
	}
	yaml_check_keys(root, key_names(KEYS_POLICY), "a policy", "key", d->scratch, d->diags);
	if (!yaml_get(root, SLICE("version")))
		diag_add(d->diags, root->mark,
			 "`version` is missing; write `version: 1` above this");
	choose_edition(l, root);
	tell_of_layer(l, root);
	return read_keys(l, root);
}

static const struct embedded_profile *find_profile(struct slice name)
{
	for (const struct embedded_profile *p = profiles; p->name; p++) {
		if (slice_eq(name, slice_str(p->name)))
			return p;
	}
	return NULL;
}

static const struct yaml_node *profile_node(const struct yaml_node *root)
{
	return root && root->kind == YAML_MAP ? yaml_get(root, SLICE("profile")) : NULL;
}

static bool is_path(const struct yaml_node *n)
{
	return n && n->kind == YAML_SCALAR && slice_find(n->text, '/');
}

static void complain_profile(const struct draft *d, const struct yaml_node *n)
{
	struct slice names = list_words(d->scratch, profile_at);

	if (n->kind == YAML_SCALAR &&
	    (slice_ends(n->text, SLICE(".yaml")) || slice_ends(n->text, SLICE(".yml"))))
		diag_add(d->diags, n->mark,
			 "`profile` must be %.*s, or a path with a slash; write ./%.*s",
			 SLICE_ARG(names), SLICE_ARG(n->text));
	else
		diag_add(
			d->diags, n->mark,
			"`profile` must be %.*s, or the path of a file, such as ./company.yaml, not "
			"%s",
			SLICE_ARG(names), yaml_words(n, d->scratch));
}

/* Baseline where the file names none, and for the further reading of one that names it wrongly. */
static const struct embedded_profile *choose_profile(const struct draft *d,
						     const struct yaml_node *root)
{
	const struct yaml_node *n = profile_node(root);
	const struct embedded_profile *found = NULL;

	if (n && n->kind == YAML_SCALAR)
		found = find_profile(n->text);
	if (n && !found)
		complain_profile(d, n);
	return found ? found : find_profile(SLICE("baseline"));
}

static void add_text(struct draft *d, struct slice text)
{
	d->texts[d->text_count++] = text;
}

static int lay_built_in(struct draft *d, const struct embedded_profile *profile)
{
	struct layer l = { .draft = d, .built_in = true };
	struct slice text = { profile->text, profile->len };
	const struct yaml_node *root;
	int err;

	add_text(d, text);
	d->policy->profile = slice_str(profile->name);
	if (d->sources)
		d->sources->profile = profile->name;
	err = yaml_read(d->scratch, text, profile->name, &root, d->diags);
	return err ? err : lay(&l, root);
}

/* Relative to the file that names it, as people expect of a file beside it. */
static int locate(const struct draft *d, struct slice path, const char *file, struct slice *ret)
{
	struct slice folder = slice_str(file);

	while (folder.len > 0 && folder.ptr[folder.len - 1] != '/')
		folder.len--;
	if (slice_starts(path, SLICE("/")))
		folder.len = 0;
	return arena_printf(d->policy->arena, ret, "%.*s%.*s", SLICE_ARG(folder), SLICE_ARG(path));
}

/* For marks: as long as the complaints, and as what tells where things stand. */
static const char *keep_name(const struct draft *d, struct slice name)
{
	struct slice copy;

	if (!d->sources)
		return diags_keep(d->diags, name);
	return arena_copy(d->sources->arena, name, &copy) == 0 ? copy.ptr : NULL;
}

/*
 * A team's own profile, on the built-in one that it names: one level, so that two files and a
 * built-in profile are all that there is to read.
 */
static int lay_team_profile(struct draft *d, const struct yaml_node *n, const char *file,
			    struct layer *ret)
{
	struct policy *p = d->policy;
	const struct yaml_node *root;
	const char *name;
	struct slice text;
	int err = locate(d, n->text, file, &p->profile_path);

	if (err)
		return err;
	name = keep_name(d, p->profile_path);
	if (!name)
		return -ENOMEM;
	err = read_file(d->scratch, name, YAML_SIZE_MOST, READ_FILE_TRUSTED, &text, d->diags);
	if (err > 0)
		diag_note(d->diags, n->mark, "it is the profile of this policy");
	if (err)
		return err;
	add_text(d, text);
	diags_show(d->diags, name, text);
	err = yaml_read(d->scratch, text, name, &root, d->diags);
	if (err)
		return err;
	if (is_path(profile_node(root)))
		return diag_add(d->diags, profile_node(root)->mark,
				"the profile of a profile must be a built-in one, and this is a "
				"path; only one file may stand between a policy and those");
	err = lay_built_in(d, choose_profile(d, root));
	if (err == 0)
		err = lay(ret, root);
	return err ? err : arena_copy(p->arena, n->text, &p->profile);
}

static int finish(struct draft *d)
{
	int err = draft_finish_access(d);

	if (err == 0)
		err = draft_finish_scopes(d);
	if (err == 0)
		err = draft_finish_exceptions(d);
	draft_finish_groups(d);
	if (err == 0 && d->sources && !diags_bad(d->diags))
		err = draft_tell_sources(d);
	policy_set_digest(d->policy, d->texts, d->text_count);
	return err;
}

/* Further exceptions of the file itself. */
static int lay_more(struct draft *d, struct slice text, struct layer *top)
{
	const struct yaml_node *root, *n;
	int err;

	if (text.len == 0)
		return 0;
	add_text(d, text);
	err = yaml_read(d->scratch, text, "the exception", &root, d->diags);
	n = err == 0 && root && root->kind == YAML_MAP ? yaml_get(root, SLICE("exceptions")) : NULL;
	return n ? draft_read_exceptions(top, n) : err;
}

/* All layers. 0 also when there are complaints. */
static int build(struct draft *d, struct slice text, struct slice more, const char *file)
{
	struct layer team = { .draft = d, .shared = true }, top = { .draft = d };
	const struct yaml_node *root, *profile;
	int err;

	add_text(d, text);
	diags_show(d->diags, file, text);
	err = yaml_read(d->scratch, text, file, &root, d->diags);
	if (err)
		return err;
	profile = profile_node(root);
	if (is_path(profile)) {
		top.below = &team;
		err = lay_team_profile(d, profile, file, &team);
	} else {
		err = lay_built_in(d, choose_profile(d, root));
	}
	if (err)
		return err;
	err = lay(&top, root);
	if (err == 0)
		err = lay_more(d, more, &top);
	return err ? err : finish(d);
}

static int parse_with(struct slice text, const struct load_options *options, const char *file,
		      const struct policy_moment *moment, const struct policy **ret,
		      struct diags *d)
{
	OWN(arena) scratch = arena_new(SCRATCH_MOST);
	struct policy *policy = policy_new();
	OWN_POLICY owner = policy;
	struct draft draft = {
		.policy = policy,
		.scratch = scratch,
		.diags = d,
		.now = moment->now,
		.host = moment->host,
		.sources = options->sources,
	};
	int err;

	if (!scratch || !policy)
		return -ENOMEM;
	draft.finals = arena_alloc(scratch, rules_count(), sizeof(*draft.finals));
	if (!draft.finals)
		return -ENOMEM;
	if (draft.sources && source_table(draft.sources, &draft.sources->rules))
		return -ENOMEM;
	err = build(&draft, text, options->more, file);
	diags_show_none(d);
	if (err)
		return err;
	if (diags_bad(d))
		return BAD_INPUT;
	*ret = TAKE(owner);
	return 0;
}

int policy_parse_at(struct slice text, const char *file, const struct policy_moment *moment,
		    const struct policy **ret, struct diags *d)
{
	return parse_with(text, &(struct load_options){ 0 }, file, moment, ret, d);
}

static int parse_here(struct slice text, const struct load_options *options, const char *file,
		      const struct policy **ret, struct diags *d)
{
	char host[HOST_NAME_MAX + 1] = "";
	struct policy_moment moment = { .now = time(NULL), .host = slice_str(options->host) };

	/* A host without a name is none that an exception is for. */
	if (!options->host && gethostname(host, sizeof(host) - 1) == 0)
		moment.host = slice_str(host);
	return parse_with(text, options, file, &moment, ret, d);
}

int policy_parse(struct slice text, const char *file, const struct policy **ret, struct diags *d)
{
	return parse_here(text, &(struct load_options){ 0 }, file, ret, d);
}

int policy_load_with(const char *path, const struct load_options *options,
		     const struct policy **ret, struct diags *d)
{
	OWN(arena) a = NULL;
	struct slice text;
	int err;

	if (!path)
		return parse_here(SLICE(""), options, "baseline", ret, d);
	a = arena_new(TEXT_MOST);
	if (!a)
		return -ENOMEM;
	err = read_file(a, path, YAML_SIZE_MOST, READ_FILE_TRUSTED, &text, d);
	if (err)
		return err;
	return parse_here(text, options, path, ret, d);
}

int policy_load(const char *path, const struct policy **ret, struct diags *d)
{
	return policy_load_with(path, &(struct load_options){ 0 }, ret, d);
}
