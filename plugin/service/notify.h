/*
 * notify.h - what the service manager is told.
 *
 * Without a service manager nobody is told anything. The way to it is opened once, since no socket
 * can be made later (confine.h), and belongs to one thread.
 */
#pragma once

#include <stdbool.h>
#include <time.h>

struct notify {
	int fd;    /* -1: there is no manager, or no way to it */
	bool lost; /* it did not take the latest word, which was said */
};

/* Says why, where there is a manager that cannot be reached. Open until the process ends. */
void notify_open(struct notify *ret);

/* Serving, or serving again after notify_reloading. `status` is one line for people: systemctl
 * status shows it. */
void notify_ready(struct notify *n, const char *status);
void notify_reloading(struct notify *n); /* notify_ready follows, whether it succeeded or not */
void notify_status(struct notify *n, const char *status);
void notify_stopping(struct notify *n);
void notify_alive(struct notify *n);

/* True when the manager waits for notify_alive; `ret` is half of the time that it waits. */
bool notify_watchdog(struct timespec *ret);
