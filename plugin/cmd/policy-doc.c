#include "cmd/policy-doc.h"

#include <stdbool.h>
#include <stdio.h>

#include "base/slice.h"
#include "cmd/policy-text.h"
#include "cmd/roff.h"
#include "policy/op.h"

static void write_example(struct slice text)
{
	struct slice line;
	bool more = true;

	puts(".PP\n.RS 4\n.EX");
	while (more) {
		more = slice_cut(text, '\n', &line, &text);
		roff_line("", line);
	}
	puts(".EE\n.RE");
}

static void write_item(struct slice text)
{
	struct slice label, rest;

	slice_cut(text, ':', &label, &rest);
	puts(".TP");
	roff_line(".B ", label);
	roff_line("", slice_trim(rest));
}

/* A line of its own within the item. */
static void write_fact(const char *label, const char *text)
{
	printf(".br\n%s: ", label);
	roff_text(slice_str(text));
	puts(".");
}

static void write_keys(enum key_scope scope)
{
	for (const struct key *key = keys_of(scope); key->name; key++) {
		printf(".TP\n\\fB");
		roff_text(slice_str(key->name));
		puts(key->required ? "\\fR (required)" : "\\fR");
		roff_line("", slice_str(key->about));
		write_fact("Accepted", key->accepted);
		if (slice_str(key->fallback).len > 0)
			write_fact("Default", key->fallback);
		printf(".br\nExample: \\fB");
		roff_text(slice_str(key->name));
		roff_text(SLICE(": "));
		roff_text(slice_str(key->example));
		puts("\\fR");
	}
}

static void write_operations(bool changes)
{
	bool first = true;

	puts(".PP");
	for (enum op op = 0; op < OP_COUNT; op++) {
		if (op_changes(op) != changes)
			continue;
		if (!first)
			puts(",");
		roff_text(slice_str(op_name(op)));
		first = false;
	}
	puts(".");
}

static void write_part(const struct part *part)
{
	struct slice text = slice_str(part->text);

	switch (part->kind) {
	case PART_HEADING:
		roff_line(".SH ", text);
		break;
	case PART_PARAGRAPH:
		roff_line(".PP\n", text);
		break;
	case PART_ITEM:
		write_item(text);
		break;
	case PART_EXAMPLE:
		write_example(text);
		break;
	case PART_KEYS:
		write_keys(part->scope);
		break;
	case PART_READS:
	case PART_CHANGES:
		write_operations(part->kind == PART_CHANGES);
		break;
	case PART_END:
		break;
	}
}

void policy_document(void)
{
	puts(".\\\" Made by cis-authz rules --format policy-man.\n"
	     ".TH CIS\\-AUTHZ\\-POLICY 5 \"\" cis\\-authz\n"
	     ".SH NAME\n"
	     "cis\\-authz\\-policy \\- what a Docker daemon's callers may do");
	for (const struct part *part = policy_parts; part->kind != PART_END; part++)
		write_part(part);
}
