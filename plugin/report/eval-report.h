/* eval-report.h - what a new policy would change: for how many calls, by which rules, for whom. */
#pragma once

#include <stdbool.h>

#include "base/own.h"

struct replay;
struct report;

struct report *report_new(void); /* NULL when out of memory */
void report_free(struct report *r);
OWN_DEFINE(report, report_free)

/* `of_record`: told from a decision record. 0 or -ENOMEM. */
int report_add(struct report *r, const struct replay *replay, bool of_record);
void report_lost(struct report *r, unsigned long long count); /* calls that a log lacks */
void report_skipped(struct report *r);                        /* one line of the process log */

bool report_denies_more(const struct report *r);
bool report_is_partial(const struct report *r); /* some call could not be judged */

/* To standard output. False when there is no memory for it. */
bool report_print_text(struct report *r);
bool report_print_json(struct report *r); /* one object on one line */
