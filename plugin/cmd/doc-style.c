/* doc-style.c - two ways of writing a document down: Markdown, and roff for man. */
#include <stdbool.h>
#include <stdio.h>

#include "cmd/roff.h"
#include "cmd/rules-doc.h"

/* Escapes what Markdown would take for its own. Within backquotes only a table's bar is. */
static void markdown_text(struct slice text)
{
	bool code = false;

	for (size_t i = 0; i < text.len; i++) {
		char c = text.ptr[i];

		if (c == '`')
			code = !code;
		if (c == '|' || (!code && slice_find(SLICE("*<>"), c)))
			putchar('\\');
		putchar(c);
	}
}

static void markdown_paragraph(struct slice text)
{
	markdown_text(text);
	puts("\n");
}

static void markdown_begin(struct slice summary, struct slice introduction)
{
	(void) summary;
	puts("# Rules\n\n<!-- Made by `cis-authz rules --format markdown`. -->\n");
	markdown_paragraph(introduction);
}

static void markdown_heading(struct slice text)
{
	printf("## %.*s\n\n", SLICE_ARG(text));
}

static void markdown_table_begin(void)
{
	puts("| 1.11.0 | 1.6.0 | name | level | covered | title |\n"
	     "| --- | --- | --- | --- | --- | --- |");
}

static void markdown_row(const struct doc_row *row)
{
	printf("| %.*s | %.*s | %.*s | %.*s | %.*s | ", SLICE_ARG(row->number),
	       SLICE_ARG(row->later), SLICE_ARG(row->name), SLICE_ARG(row->level),
	       SLICE_ARG(row->covered));
	markdown_text(row->title);
	puts(" |");
}

static void markdown_rule(struct slice name)
{
	printf("\n## %.*s\n\n", SLICE_ARG(name));
}

static void markdown_item(struct slice label, struct slice text)
{
	printf("- **%.*s**: ", SLICE_ARG(label));
	markdown_text(text);
	putchar('\n');
}

const struct doc_style doc_markdown = {
	.begin = markdown_begin,
	.heading = markdown_heading,
	.table_begin = markdown_table_begin,
	.row = markdown_row,
	.rule = markdown_rule,
	.paragraph = markdown_paragraph,
	.item = markdown_item,
};

static void man_begin(struct slice summary, struct slice introduction)
{
	puts(".\\\" Made by cis-authz rules --format man.\n"
	     ".TH CIS\\-AUTHZ\\-RULES 7 \"\" cis\\-authz\n"
	     ".SH NAME");
	roff_line("cis\\-authz\\-rules \\- ", summary);
	puts(".SH DESCRIPTION");
	roff_line("", introduction);
}

static void man_heading(struct slice text)
{
	roff_line(".SH ", text);
}

/* A table as wide as this one fits no terminal: here it is a list. */
static void man_table_begin(void)
{
}

static void man_row(const struct doc_row *row)
{
	puts(".TP");
	if (row->number.len > 0)
		printf("\\fB%.*s\\fR ", SLICE_ARG(row->number));
	roff_text(row->name);
	putchar('\n');
	roff_text(row->title);
	if (row->level.len > 0)
		printf(" (level %.*s)", SLICE_ARG(row->level));
	roff_line("; ", row->covered);
}

static void man_rule(struct slice name)
{
	roff_line(".SS ", name);
}

static void man_paragraph(struct slice text)
{
	roff_line(".PP\n", text);
}

static void man_item(struct slice label, struct slice text)
{
	roff_line(".TP\n.B ", label);
	roff_line("", text);
}

const struct doc_style doc_man = {
	.begin = man_begin,
	.heading = man_heading,
	.table_begin = man_table_begin,
	.row = man_row,
	.rule = man_rule,
	.paragraph = man_paragraph,
	.item = man_item,
};
