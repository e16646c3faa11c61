#include "report/wrap.h"

#include <stdbool.h>

enum { WIDTH = 79 };

void wrap(FILE *out, int column, int indent, struct slice text)
{
	bool first = true;

	for (bool more = true; more; first = false) {
		struct slice word;

		more = slice_cut(text, ' ', &word, &text);
		if (!first && column + 1 + (int) word.len > WIDTH) {
			fprintf(out, "\n%*s", indent, "");
			column = indent;
		} else if (!first) {
			fputc(' ', out);
			column++;
		}
		fprintf(out, "%.*s", SLICE_ARG(word));
		column += (int) word.len;
	}
	fputc('\n', out);
}
