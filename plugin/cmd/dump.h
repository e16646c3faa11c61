/* dump.h - what documents say of commands, keys and words, as JSON. */
#pragma once

/* On standard output; 0, -ENOMEM, or what kept it from being written. */
int dump(void);
