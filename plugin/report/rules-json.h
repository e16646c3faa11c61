/* rules-json.h - `rules --format json`: all that the program knows of its rules. */
#pragma once

struct policy;

/*
 * On standard output, one object: `rules`, each with its texts, its numbers in every edition, its
 * options and what the policy and each profile make of it, and `recommendations`, those of the
 * benchmark that no rule judges. 0, -ENOMEM, or what kept it from being written.
 */
int rules_json(const struct policy *p);
