"""roff.py - text as a manual page wants it.

The texts in docs/man/*.in are paragraphs between blank lines. `# TITLE` begins a section; `- LABEL: text` is an item; lines
that begin with four blanks are an example, kept as they are; `@name words` is a place that a document fills in.
Words in `backquotes` become bold.
"""


def text(words):
    """Escapes what roff would take for its own: a dot or a quote at the start, hyphens, backslashes."""
    made = "\\&" if words.startswith((".", "'")) else ""
    code = False
    for c in words:
        if c == "`":
            code = not code
            made += "\\fB" if code else "\\fR"
        else:
            made += {"-": "\\-", "\\": "\\e"}.get(c, c)
    return made


def line(request, words):
    return f"{request}{text(words)}\n"


def head(name, section, summary):
    title = text(name)
    return (f'.\\" Made by scripts/generate.\n.TH {title.upper()} {section} "" cis\\-authz\n.SH NAME\n'
            + line(f"{title} \\- ", summary))


def item(label, words):
    return line(".TP\n.B ", label) + line("", words)


def example(lines):
    return ".PP\n.RS 4\n.EX\n" + "".join(line("", one) for one in lines) + ".EE\n.RE\n"


def blocks(source):
    """(kind, lines) of each block of a text."""
    block = []
    for one in source.splitlines() + [""]:
        if one.strip():
            block.append(one)
            continue
        if block:
            yield kind_of(block[0]), block
        block = []


def kind_of(first):
    for start, kind in (("# ", "section"), ("- ", "items"), ("    ", "example"), ("@", "place")):
        if first.startswith(start):
            return kind
    return "paragraph"


def items(lines):
    """Items of a list; further lines of one begin with two blanks."""
    for one in "\n".join(lines).removeprefix("- ").split("\n- "):
        label, _, words = " ".join(part.strip() for part in one.split("\n")).partition(": ")
        yield label, words


def page(source, places):
    """The body of a page; `places` has a function for each `@name`, which is given the words behind it."""
    made = ""
    for kind, lines in blocks(source):
        if kind == "section":
            made += line(".SH ", lines[0][2:])
        elif kind == "items":
            made += "".join(item(label, words) for label, words in items(lines))
        elif kind == "example":
            made += example([one[4:] for one in lines])
        elif kind == "place":
            name, *words = lines[0][1:].split()
            made += places[name](*words)
        else:
            made += line(".PP\n", " ".join(lines))
    return made
