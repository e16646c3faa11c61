/* source-load.c - where scopes, exceptions and rules of `access` stand, from the draft. */
#include "base/arena.h"
#include "load/draft.h"
#include "policy/profiles.h"
#include "policy/sources.h"
#include "source/source.h"
#include "yaml/yaml-doc.h"

/* The rules of a scope start from a profile's, or from those of the policy. */
static int tell_of_scope(const struct draft *d, const struct scope_draft *draft,
			 struct scope_source *ret)
{
	struct sources *s = d->sources;
	const struct yaml_node *root;
	struct rule_source *rules;
	int err = draft->profile ? source_table(s, &rules) : source_copy(s, s->rules, &rules);

	if (err == 0 && draft->profile) {
		err = yaml_read(d->scratch,
				(struct slice){ draft->profile->text, draft->profile->len },
				draft->profile->name, &root, d->diags);
		if (err == 0)
			source_lay(yaml_get(root, SLICE("rules")), EDITION_1_11_0, rules);
	}
	if (err)
		return err;
	source_lay(draft->rules, draft->layer->edition, rules);
	ret->at = draft->name->mark;
	ret->rules = rules;
	return source_when(s, draft->when.node, &ret->when);
}

static int tell_of_exception(const struct draft *d, const struct exception_draft *draft,
			     struct exception_source *ret)
{
	int err = source_when(d->sources, draft->when.node, &ret->when);

	ret->at = draft->name->mark;
	if (err == 0)
		err = source_words(d->sources, draft->options, &ret->options);
	return err ? err : source_words(d->sources, draft->values, &ret->values);
}

static int tell_of_access(const struct draft *d)
{
	struct sources *s = d->sources;
	int err = 0;

	if (d->access_default)
		s->access_default = d->access_default->key->mark;
	for (size_t i = 0; err == 0 && i < d->access_count; i++) {
		struct access_source one = { .at = d->access_nodes[i]->mark };

		err = source_words(s, d->access_nodes[i], &one.rule);
		if (err == 0)
			err = ARENA_APPEND(s->arena, s->access, s->access_count, one);
	}
	return err;
}

int draft_tell_sources(const struct draft *d)
{
	struct sources *s = d->sources;
	int err = tell_of_access(d);

	for (size_t i = 0; err == 0 && i < d->scope_count; i++) {
		struct scope_source one = { 0 };

		if (d->scopes[i].when.elsewhere)
			continue;
		err = tell_of_scope(d, &d->scopes[i], &one);
		if (err == 0)
			err = ARENA_APPEND(s->arena, s->scopes, s->scope_count, one);
	}
	for (size_t i = 0; err == 0 && i < d->exception_count; i++) {
		struct exception_source one = { 0 };

		if (d->exceptions[i].when.elsewhere)
			continue;
		err = tell_of_exception(d, &d->exceptions[i], &one);
		if (err == 0)
			err = ARENA_APPEND(s->arena, s->exceptions, s->exception_count, one);
	}
	return err;
}
