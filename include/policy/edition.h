/*
 * edition.h - an edition of the CIS Docker Benchmark, and how it numbers the rules.
 *
 * Rules go by their names; numbers shift whenever a recommendation is added. A policy says in which
 * edition its numbers are to be read. Editions 1.6.0 and 1.7.0 number what we judge alike; 1.8.0
 * asks for one thing more of the daemon (2.7), so that what follows there moves by one.
 */
#pragma once

#include <stdbool.h>

#include "base/slice.h"

struct rule;

enum edition { EDITION_1_11_0, EDITION_1_6_0, EDITION_1_7_0, EDITION_1_8_0, EDITIONS };

/* Which part of a host a recommendation is about, as the benchmark's "profiles" have it. */
enum benchmark_profile { PROFILE_DOCKER, PROFILE_LINUX_HOST };

const char *benchmark_profile_name(enum benchmark_profile p); /* "Linux Host OS" */

const char *edition_name(enum edition e); /* "cis-docker-1.11.0" */
bool edition_find(struct slice name, enum edition *ret);

/* The rule's number in that edition; NULL when it is not there. */
const char *edition_number(enum edition e, const struct rule *rule);

/* The rule of that number; NULL when there is none. */
const struct rule *edition_rule(enum edition e, struct slice number);
