/* command.h - how a command line is taken apart into words; a rule and recordings do it alike. */
#pragma once

#include <stdbool.h>

#include "base/slice.h"

/* The word that `text` begins with; empty where it begins with a blank, a quote or the like. */
struct slice command_first_word(struct slice text);

/* Whether another command begins behind this character, as behind ';'. */
bool command_begins_behind(char c);

/* A word without what stands before its last slash. */
struct slice command_base(struct slice word);

/*
 * Words that tell a program that is started from an argument; recordings keep them. A launcher
 * (sh, env, tini, an entry point) starts what stands behind it, one of the second kind (gosu) after
 * one more word; a manager (service, init.d) is told a service's name and what to do with it.
 */
bool command_launches(struct slice word);
bool command_launches_for(struct slice word);
bool command_manages(struct slice word);
bool command_starts(struct slice verb);
