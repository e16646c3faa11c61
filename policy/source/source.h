/*
 * source.h - fills in where settings stand, from the trees that a policy is read from.
 *
 * 0 or -ENOMEM, all that return something. What is wrong with a tree is the loader's to say, and
 * passed over here.
 */
#pragma once

#include "policy/edition.h"
#include "policy/sources.h"

struct yaml_node;

/* A table in which nobody has written anything. */
int source_table(struct sources *s, struct rule_source **ret);
int source_copy(struct sources *s, const struct rule_source *from, struct rule_source **ret);

/* A mapping of `rules`, upon what stands in the table. */
void source_lay(const struct yaml_node *rules, enum edition edition, struct rule_source *table);

int source_when(struct sources *s, const struct yaml_node *when, struct when_words *ret);

/* As it is written, on one line; NULL is empty. */
int source_words(struct sources *s, const struct yaml_node *n, struct slice *ret);
