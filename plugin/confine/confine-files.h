/* confine-files.h - which files the service may still open, by the kernel's Landlock. */
#pragma once

struct diags;

/*
 * Lists end with NULL; "-" and "" are left out. A file is named as it is opened, and what is granted
 * is its folder, since it may be replaced by another; of the folder / the file alone.
 */
struct confined_files {
	const char *const *read;    /* also where a link as last component leads now */
	const char *const *written; /* made, written and read; what is no regular file, by itself */
	const char *const *removed; /* names that may go */
};

/*
 * In this thread and those that it makes from here on, for ever; after confine_rights. Names may
 * still be looked up and links read everywhere, since rules follow paths. 0; -ENOSYS where the
 * kernel has no Landlock or the container's filter keeps it away; BAD_INPUT with a complaint.
 */
int confine_files(const struct confined_files *files, struct diags *d);
