/*
 * serve-loop.h - what serve's first thread does while workers answer: it takes signals, and gives
 * whatever waits for files or time its turn.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct decision_log;
struct door;
struct memory;
struct notify;
struct policy_slot;
struct reload;

enum { STANDING_MOST = 256 };

/* Signals are blocked in every thread, and read from a descriptor here. */
struct serve_loop {
	struct reload *reload;
	struct decision_log *log;
	struct policy_slot *policies;
	struct door *door; /* asked for a sign of life, and looked after */
	struct memory *memory;
	struct notify *notify;

	/* The loop's own. */
	int signals;                   /* a signalfd */
	int64_t beat_every, next_beat; /* milliseconds; 0: no manager waits for a sign of life */
	bool reloading;                /* the manager waits to hear that it is over */
	char standing[STANDING_MOST];  /* what the manager was last told */
	int64_t next_look;             /* milliseconds */
	bool ending;
	bool failed; /* and a new start may help */
};

/* Blocks the signals; before there are threads, which inherit that. 0 or -Exxx, which is said. */
int serve_loop_open(struct serve_loop *l);

/* Tells the service manager that all is ready, and how it stands. Until a signal says to end, or
 * the service cannot be reached any more (`failed`). */
void serve_loop_run(struct serve_loop *l);
