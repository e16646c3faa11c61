/* dump.h - what documents say of commands, keys and words, as JSON. */
#pragma once

/* On standard output; 0 or -ENOMEM. */
int dump(void);
