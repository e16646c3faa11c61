/*
 * file-watch.h - tells when what a path leads to may have changed, whichever way.
 *
 * By inotify where that is possible, and by looking again always: a mount and a file server's other
 * clients make no event.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/own.h"

struct file_watch;

/* Watches nothing yet. NULL when out of memory. */
struct file_watch *file_watch_new(void);
void file_watch_free(struct file_watch *w); /* NULL is fine */
OWN_DEFINE(file_watch, file_watch_free)

/*
 * Walks along `paths`, sets a watch at each step of the way, and lifts those of an earlier way.
 * Every change that is made after a step was looked at is heard of. True when something differs
 * from what the walk before saw.
 */
bool file_watch_place(struct file_watch *w, const char *const *paths, size_t count);

/* 0 when every step is watched; else -Exxx: why one is not, and only looking again will tell. */
int file_watch_lacks(const struct file_watch *w);

/* To be polled for input; -1 when there is none. May differ after file_watch_place. */
int file_watch_fd(const struct file_watch *w);

/* Takes what there is to hear; true when it is about one of the paths. */
bool file_watch_heard(struct file_watch *w);
