/*
 * rules-operations.h - the operations that policies speak of, and the calls that each stands for.
 *
 * Both write to standard output and give 0, or a negative errno.
 */
#pragma once

int operations_text(void);
int operations_json(void);
