/* admin.h - HTTP for those who watch the service: /metrics, /healthz, /readyz. */
#pragma once

#include "admin/pages.h"

struct admin;

/*
 * Serves `listener`, which becomes the admin's, by one thread that shares nothing with the workers
 * but counters. 0 or -Exxx.
 */
int admin_start(int listener, const struct pages_subject *subject, struct admin **ret);
void admin_stop(struct admin *a); /* NULL is fine */
