/*
 * strictness.h - whether settings of a rule ask for no less than others of the same rule.
 *
 * What makes an option stricter goes by its name: `allow` with fewer items, `max` with less. Where
 * that does not tell, only the same value asks for no less.
 */
#pragma once

#include <stdbool.h>

struct param;
struct rule;
struct rule_setting;

/* Whether `inside` weighs less than `outside`, or has an option that asks for less, which `ret`
 * then is; NULL when it is the action. */
bool setting_laxer(const struct rule *rule, const struct rule_setting *inside,
		   const struct rule_setting *outside, const struct param **ret);
