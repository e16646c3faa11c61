/* changes.h - Dockerfile instructions that commit and import apply to an image (?changes=,
 * ?changes=...). */
#pragma once

#include "base/slice.h"

struct call;
struct intent;

/*
 * USER, WORKDIR, HEALTHCHECK and EXPOSE, into in->container, which then speaks of
 * SUBJECT_IMAGE_CONFIG: what containers of the image inherit. The other instructions mean nothing
 * to a rule. 0 or -ENOMEM.
 */
int changes_read(const struct call *call, struct intent *in);

/* The word that a line begins with, as below. */
struct slice changes_cut_instruction(struct slice *line);

/* The next word as the builder splits a line; `rest` is left without blanks around it. */
struct slice changes_cut_word(struct slice *rest);
