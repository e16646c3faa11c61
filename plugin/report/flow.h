/* flow.h - words and settings as a policy spells them, in YAML on one line. */
#pragma once

#include <stdbool.h>

#include "base/slice.h"

struct buf;
struct param;

/* Whether the word stands without quotes and is still text to every reader of YAML. */
bool flow_is_plain(struct slice s);

/* In quotes where it needs some. */
void flow_word(struct buf *b, struct slice s);

/* What the config holds for the option: 8g, [a, b], { path: /srv, read_only: true }. */
void flow_value(struct buf *b, const struct param *p, const void *config);
