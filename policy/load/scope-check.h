/*
 * scope-check.h - scopes that could never match, those that ask for less than the policy around
 * them, and those that do so for more callers than they should.
 */
#pragma once

struct draft;
struct rule_setting;
struct scope_draft;

/* Some call has all that `when` asks for. 0 or BAD_INPUT. */
int scope_check_reach(struct draft *d, const struct scope_draft *s);

/* No two have one name. 0, also with complaints, or -ENOMEM. */
int scope_check_names(struct draft *d);

/*
 * Finds out whether it is laxer than the policy; if so, somebody answers for it. What can not be
 * lowered is as strict as outside afterwards. 0, also with complaints.
 */
int scope_check_settings(const struct draft *d, struct scope_draft *s,
			 struct rule_setting *settings);

/* Each can be reached; warns of those that are laxer and bind nobody. */
void scope_check_sense(const struct draft *d);
