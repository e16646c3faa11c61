#include "report/wrap.h"

#include <stdbool.h>

enum { TOGETHER = 60 /* the widest that is not cut */ };

/* How much of `text` stands up to the first blank outside of braces; 0 where that is far. */
static size_t braced(struct slice text)
{
	int depth = 0;

	for (size_t i = 0; i < text.len && i < TOGETHER; i++) {
		depth += text.ptr[i] == '{';
		depth -= text.ptr[i] == '}';
		if (text.ptr[i] == ' ' && depth <= 0)
			return i;
	}
	return depth <= 0 && text.len < TOGETHER ? text.len : 0;
}

/* A word, or what stands in braces. False when it is the last. */
static bool next_word(struct slice *text, struct slice *ret)
{
	struct slice all = *text;
	size_t together = braced(all);
	bool more = slice_cut(all, ' ', ret, text);

	if (together <= ret->len)
		return more;
	*ret = (struct slice){ all.ptr, together };
	*text = slice_from(all, together + 1);
	return together < all.len;
}

int wrap_words(FILE *out, int column, int indent, const char *mark, struct slice text)
{
	bool first = true;

	for (bool more = true; more; first = false) {
		struct slice word;

		more = next_word(&text, &word);
		if (!first && column + 1 + (int) word.len > WIDTH) {
			column = fprintf(out, "\n%*s%s", indent, "", mark) - 1;
		} else if (!first) {
			fputc(' ', out);
			column++;
		}
		fprintf(out, "%.*s", SLICE_ARG(word));
		column += (int) word.len;
	}
	return column;
}

void wrap(FILE *out, int column, int indent, struct slice text)
{
	wrap_words(out, column, indent, "", text);
	fputc('\n', out);
}

void wrap_comment(FILE *out, int indent, struct slice text)
{
	int column = fprintf(out, "%*s# ", indent, "");

	wrap_words(out, column, indent, "#   ", text);
	fputc('\n', out);
}
