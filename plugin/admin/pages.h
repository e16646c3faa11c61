/*
 * pages.h - what /metrics, /healthz and /readyz answer.
 *
 * admin.c brings the questions, one at a time; nothing here knows the HTTP library.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/own.h"
#include "base/slice.h"

struct metrics;
struct pages;
struct status_source;

/* What they tell of; all of it outlives the pages. */
struct pages_subject {
	const struct status_source *source;
	const struct metrics *metrics;
};

struct page {
	unsigned status;
	const char *type;
	struct slice body; /* valid until the next question */
};

struct pages *pages_new(const struct pages_subject *subject);
void pages_free(struct pages *p);
OWN_DEFINE(pages, pages_free)

/* Only GET and HEAD are answered; the body of a HEAD is the caller's to leave out. */
void pages_answer(struct pages *p, struct slice method, struct slice path, struct page *ret);
