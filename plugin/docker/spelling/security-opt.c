/*
 * security-opt.c - later entries win, except for labels, which add up. A key ends at the first '=',
 * and in an entry without one at the first ':', which is how it was written long ago and still
 * works.
 */
#include "docker/spelling/security-opt.h"

#include <stdbool.h>

#include "base/array.h"
#include "docker/spelling/seccomp.h"
#include "policy/intent.h"

static void set_text(struct field_text *field, const struct text *option, struct slice value)
{
	*field = (struct field_text){ FIELD_SET, value, option->at };
}

/* As strconv.ParseBool; another word is refused by the engine. */
static void set_flag(struct field_bool *field, const struct text *option, struct slice value)
{
	static const struct slice words[] = {
		SLICE_INIT("1"),    SLICE_INIT("t"),     SLICE_INIT("T"),     SLICE_INIT("true"),
		SLICE_INIT("TRUE"), SLICE_INIT("True"),  SLICE_INIT("0"),     SLICE_INIT("f"),
		SLICE_INIT("F"),    SLICE_INIT("false"), SLICE_INIT("FALSE"), SLICE_INIT("False"),
	};

	for (unsigned i = 0; i < COUNT_OF(words); i++) {
		if (slice_eq(value, words[i]))
			*field = (struct field_bool){ FIELD_SET, i < 6, option->at };
	}
}

static void read_label(struct security *s, const struct text *option, struct slice value)
{
	struct slice key, type;

	if (slice_eq(value, SLICE("disable")))
		s->label_disabled = (struct field_bool){ FIELD_SET, true, option->at };
	else if (slice_cut(value, ':', &key, &type) && slice_eq(key, SLICE("type")))
		set_text(&s->label_type, option, type);
	else if (slice_eq(key, SLICE("level")))
		set_text(&s->label_level, option, type);
	else
		set_text(&s->label_other, option, value);
}

static void read_pair(struct security *s, const struct text *option, struct slice key,
		      struct slice value)
{
	if (slice_eq(key, SLICE("label")))
		read_label(s, option, value);
	else if (slice_eq(key, SLICE("apparmor")))
		set_text(&s->apparmor, option, value);
	else if (slice_eq(key, SLICE("seccomp")))
		set_text(&s->seccomp_profile, option, value);
	else if (slice_eq(key, SLICE("no-new-privileges")))
		set_flag(&s->no_new_privileges, option, value);
	else if (slice_eq(key, SLICE("writable-cgroups")))
		set_flag(&s->writable_cgroups, option, value);
}

static void read_option(struct security *s, const struct text *option)
{
	struct slice key, value;

	if (slice_eq(option->value, SLICE("no-new-privileges")))
		s->no_new_privileges = (struct field_bool){ FIELD_SET, true, option->at };
	else if (slice_eq(option->value, SLICE("writable-cgroups")))
		s->writable_cgroups = (struct field_bool){ FIELD_SET, true, option->at };
	else if (slice_eq(option->value, SLICE("disable")))
		s->label_disabled = (struct field_bool){ FIELD_SET, true, option->at };
	else if (slice_cut(option->value, '=', &key, &value) ||
		 slice_cut(option->value, ':', &key, &value))
		read_pair(s, option, key, value);
}

int security_opt_read(struct container *c, struct arena *a)
{
	for (size_t i = 0; i < c->security_opt.count; i++)
		read_option(&c->security, &c->security_opt.items[i]);
	return seccomp_read(&c->security.seccomp_profile, a, &c->security.seccomp);
}
