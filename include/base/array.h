/* array.h - how many elements an array has. */
#pragma once

#include <stddef.h>

/* Of an array, not of a pointer: the compiler warns of the latter (-Wsizeof-pointer-div). */
#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))
