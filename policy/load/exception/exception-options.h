/* exception-options.h - `options:` of an exception: other options for some rules, in place of a way
 * past them. */
#pragma once

struct draft;
struct exception_draft;
struct layer;
struct yaml_node;

/* When its `rules` are read. 0, BAD_INPUT or -ENOMEM. */
int exception_read_options(const struct layer *l, const struct yaml_node *n,
			   struct exception_draft *e);

/*
 * When all rules and scopes are laid: together with the options of each that it may stand in for
 * they make sense, and they ask for no less than what is final. 0, also with complaints, or
 * -ENOMEM.
 */
int exception_check_options(struct draft *d, const struct exception_draft *e);

/* Warns of options that ask for no less than what the rules have anyway. 0 or -ENOMEM. */
int exception_check_options_sense(struct draft *d, const struct exception_draft *e);
