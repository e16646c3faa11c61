/* fill.h - what the daemon said, into the intent. */
#pragma once

struct intent;
struct looks;

/*
 * A field that the request leaves out gets the value that it will have, as the engine would put it
 * there, and its place says where it comes from; what was not seen stays as it was. An answer that
 * cannot be read is as none. Lives as long as `looks` and the intent's arena. 0 or -ENOMEM.
 */
int looks_fill(const struct looks *looks, struct intent *in);
