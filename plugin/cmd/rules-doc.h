/*
 * rules-doc.h - the rules as a document for people.
 *
 * One walk over the tables says what stands in it; a style says how that is written down. What the
 * program judges and what its manual says can so not part.
 */
#pragma once

#include "base/slice.h"

/* One line of the table of everything; what there is nothing to say about is empty. */
struct doc_row {
	struct slice number, later, name, level, covered, title;
};

/* Each writes to standard output. Texts may hold words in `backquotes`. */
struct doc_style {
	void (*begin)(struct slice summary, struct slice introduction);
	void (*heading)(struct slice text);
	void (*table_begin)(void);
	void (*row)(const struct doc_row *row);
	void (*rule)(struct slice name);
	void (*paragraph)(struct slice text);
	void (*item)(struct slice label, struct slice text);
};

extern const struct doc_style doc_markdown, doc_man;

/* The whole document; 0, or -ENOMEM. */
int rules_document(const struct doc_style *style);
