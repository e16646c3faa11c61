/*
 * log.h - the process log: what becomes of the service itself, one line each on standard error.
 *
 * What the service decides is told by decision-log.h.
 */
#pragma once

void log_info(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void log_warning(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void log_error(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
