/* rules-json.h - `rules --format json`: all that the program knows of its rules. */
#pragma once

struct effective;

/*
 * On standard output, one object, as docs/rules.schema.json describes it: `rules`, each with its
 * texts, its numbers in every edition, its options, what each profile makes of it, and what the
 * policy makes of it for the requests that are asked about and which line says so; and
 * `recommendations`, those of the benchmark that no rule judges. 0, -ENOMEM or -EINVAL.
 */
int rules_json(struct effective *e);
