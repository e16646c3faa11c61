#include "policy/command.h"

#include <stdbool.h>

static bool in_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '_' || c == '-' || c == '.' || c == '+';
}

struct slice command_first_word(struct slice text)
{
	size_t len = 0;

	while (len < text.len && in_word(text.ptr[len]))
		len++;
	return (struct slice){ text.ptr, len };
}
