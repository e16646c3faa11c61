/*
 * notify.h - what the service manager is told.
 *
 * Without a service manager nobody is told anything.
 */
#pragma once

#include <stdbool.h>
#include <time.h>

void notify_ready(const char *status);  /* serving, or serving again after notify_reloading */
void notify_reloading(void);            /* notify_ready follows, whether it succeeded or not */
void notify_status(const char *status); /* one line for people: systemctl status shows it */
void notify_stopping(void);
void notify_alive(void);

/* True when the manager waits for notify_alive; `ret` is half of the time that it waits. */
bool notify_watchdog(struct timespec *ret);
