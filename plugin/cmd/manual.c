/* manual.c - cis-authz(8), from manual.def and commands.def. */
#include <stddef.h>

#include "cmd/commands.h"
#include "cmd/roff.h"

enum part_kind { PART_SECTION, PART_PARAGRAPH, PART_ITEM, PART_COMMANDS, PART_EXAMPLES };

struct part {
	enum part_kind kind;
	const char *label, *text;
};

static const struct part parts[] = {
#define SECTION(title)    { PART_SECTION, title, "" },
#define PARAGRAPH(text)   { PART_PARAGRAPH, "", text },
#define ITEM(label, text) { PART_ITEM, label, text },
#define ALL_COMMANDS()    { PART_COMMANDS, "", "" },
#define ALL_EXAMPLES()    { PART_EXAMPLES, "", "" },
#include "manual.def"
};

/* The command's own word in bold, what people fill in upright. */
static void write_synopsis(void)
{
	puts(".SH SYNOPSIS");
	for (const struct command *c = commands; c->name; c++) {
		printf("%s\\fBcis\\-authz %s\\fR ", c == commands ? "" : ".br\n", c->name);
		roff_line("", slice_str(c->operands));
	}
}

static void write_item(const char *label, const char *text)
{
	roff_line(".TP\n.B ", slice_str(label));
	roff_line("", slice_str(text));
}

static void write_options(struct slice command)
{
	for (const struct command_option *o = command_options; o->command; o++) {
		if (!slice_eq(slice_str(o->command), command))
			continue;
		printf(".TP\n\\fB\\-\\-");
		roff_text(slice_str(o->name));
		roff_line("\\fR ", slice_str(o->value));
		roff_line("", slice_str(o->about));
	}
}

static void write_statuses(struct slice command)
{
	const char *between = ".PP\nExit status: ";

	for (const struct command_status *s = command_statuses; s->command; s++) {
		if (!slice_eq(slice_str(s->command), command))
			continue;
		printf("%s%d ", between, s->number);
		roff_text(slice_str(s->when));
		between = ", ";
	}
	puts(".");
}

static void write_commands(void)
{
	for (const struct command *c = commands; c->name; c++) {
		printf(".SS cis\\-authz %s ", c->name);
		roff_line("", slice_str(c->operands));
		roff_line("", slice_str(c->about));
		write_options(slice_str(c->name));
		write_statuses(slice_str(c->name));
	}
}

static void write_examples(void)
{
	for (const struct command_example *e = command_examples; e->command; e++) {
		roff_line(".PP\n", slice_str(e->purpose));
		roff_line(".PP\n.RS 4\n.EX\n", slice_str(e->line));
		puts(".EE\n.RE");
	}
}

static void write_part(const struct part *p)
{
	switch (p->kind) {
	case PART_SECTION:
		roff_line(".SH ", slice_str(p->label));
		break;
	case PART_PARAGRAPH:
		roff_line(".PP\n", slice_str(p->text));
		break;
	case PART_ITEM:
		write_item(p->label, p->text);
		break;
	case PART_COMMANDS:
		write_commands();
		break;
	case PART_EXAMPLES:
		write_examples();
		break;
	}
}

void manual_write(void)
{
	puts(".\\\" Made by cis-authz help --format man.\n"
	     ".TH CIS\\-AUTHZ 8 \"\" cis\\-authz\n"
	     ".SH NAME\n"
	     "cis\\-authz \\- decides by the CIS Docker Benchmark what Docker may do");
	write_synopsis();
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		write_part(&parts[i]);
}
