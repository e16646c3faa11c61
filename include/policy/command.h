/* command.h - how a command line is taken apart into words. */
#pragma once

#include "base/slice.h"

/* The word that `text` begins with; empty where it begins with none. Slashes and quotes end one. */
struct slice command_first_word(struct slice text);
