#include "cmd/roff.h"

#include <stdbool.h>
#include <stdio.h>

/* A dot or a quote at the start of a line is a request to roff, a plain hyphen a place to break. */
void roff_text(struct slice text)
{
	bool code = false;

	if (slice_starts(text, SLICE(".")) || slice_starts(text, SLICE("'")))
		fputs("\\&", stdout);
	for (size_t i = 0; i < text.len; i++) {
		char c = text.ptr[i];

		if (c == '`') {
			code = !code;
			fputs(code ? "\\fB" : "\\fR", stdout);
		} else if (c == '-') {
			fputs("\\-", stdout);
		} else if (c == '\\') {
			fputs("\\e", stdout);
		} else {
			putchar(c);
		}
	}
}

void roff_line(const char *request, struct slice text)
{
	fputs(request, stdout);
	roff_text(text);
	putchar('\n');
}
