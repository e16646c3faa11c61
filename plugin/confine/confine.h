/*
 * confine.h - what the service gives up, so that whoever takes it over has little.
 *
 * Two steps: rights before any file is opened, so that what can be opened at the start can be
 * opened again later; calls when all sockets are there. Neither can be taken back.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/* A build whose sanitizers need more than is left, to look for leaks at the end. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || \
	__has_feature(memory_sanitizer)
#define SANITIZED 1
#endif
#endif
#ifndef SANITIZED
#define SANITIZED 0
#endif

struct diags;

struct confinement {
	unsigned workers;
	size_t memory_per_call; /* bytes that one call may take, whatever it holds */
	unsigned descriptors;   /* most that may be open */
	bool bare;              /* not even the one capability stays */
};

/*
 * Capabilities but CAP_DAC_READ_SEARCH, or all; new privileges, core dumps, being looked at by
 * ptrace, and resources beyond what the work can take. Before the first thread: capabilities are a
 * thread's own. 0 or BAD_INPUT with a complaint.
 */
int confine_rights(const struct confinement *c, struct diags *d);

/*
 * Every system call that serving does not make ends the process from here on, in all threads. 0;
 * BAD_INPUT with a complaint that says how to go on where the kernel knows no such filter.
 */
int confine_syscalls(struct diags *d);

/* The same for the helper that asks the daemon, which makes others (syscalls-look.def). */
int confine_look(struct diags *d);

/* The capabilities that are left, as a mask; what confine_rights is held to. */
unsigned long long confine_capabilities(void);
