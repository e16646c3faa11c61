/*
 * rules-schema.h - the policy language as a JSON Schema (draft-07), for editors and for reviews.
 *
 * It is made of the tables that the loader reads by: keys, rules with their options, operations,
 * profiles. Whatever the loader takes, it takes. What it cannot say is the loader's alone; `check`
 * is the judge.
 */
#pragma once

/* The schema on standard output; 0, -ENOMEM, or what kept it from being written. */
int rules_schema(void);
