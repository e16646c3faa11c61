"""source.py - the mutants of a C file: one small change each, inside a function, as a person might have slipped.

No compiler's view of C: tokens, and the layout that clang-format gives every file of the project (a function opens with a
brace in the first column; a binary operator stands between blanks, a compound literal's brace does not).
"""

import bisect
import re
from typing import NamedTuple

TOKEN = re.compile(
    r"""(?P<skip>\s+|/\*.*?\*/|//[^\n]*|^[ \t]*\#(?:\\\n|[^\n])*)
      | (?P<text>"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*')
      | (?P<number>\.?\d(?:[eEpP][+-]|[\w.])*)
      | (?P<word>[A-Za-z_]\w*)
      | (?P<mark>->|\+\+|--|<<=|>>=|\.\.\.|&&|\|\||<<|>>|[=!<>+\-*/%&|^]=|.)""",
    re.VERBOSE | re.DOTALL | re.MULTILINE)

OPERATORS = {
    "==": ["!="], "!=": ["=="], "<": ["<=", ">="], "<=": ["<", ">"], ">": [">=", "<="], ">=": [">", "<"],
    "&&": ["||"], "||": ["&&"], "+": ["-"], "-": ["+"], "|": ["&"], "&": ["|"], "+=": ["-="], "-=": ["+="], "|=": ["&="], "&=": ["|="],
}
WORDS = {"true": "false", "false": "true"}
TYPES = {"const", "static", "struct", "enum", "union", "unsigned", "signed", "char", "int", "long", "short", "bool", "float",
         "double", "void", "extern", "register", "volatile"}
JUMPS = {"break", "continue", "goto"}
CLOSES = {"(": ")", "[": "]", "{": "}"}


class Mutant(NamedTuple):
    file: str
    function: str
    line: int
    kind: str
    start: int  # of what is replaced, in the file's text
    end: int
    new: str
    before: str  # the lines, with blanks made one
    after: str

    def key(self):
        """What stays the same when lines are added above it."""
        return self.file, self.function, self.before, self.after

    def apply(self, text):
        return text[:self.start] + self.new + text[self.end:]


class Token(NamedTuple):
    kind: str
    text: str
    start: int
    end: int


def one_blank(text):
    return " ".join(text.split())


def tokens_of(text):
    found = (Token(match.lastgroup, match.group(), match.start(), match.end()) for match in TOKEN.finditer(text))
    return [token for token in found if token.kind != "skip"]


def pairs_of(tokens):
    """For each opening bracket's index the closing one's."""
    pairs, stack = {}, []
    for index, token in enumerate(tokens):
        if token.text in CLOSES:
            stack.append(index)
        elif token.text in CLOSES.values() and stack:
            pairs[stack.pop()] = index
    return pairs


class Reader:
    """Walks over a file's functions and collects what can be changed."""

    def __init__(self, path, text):
        self.path, self.text, self.mutants = path, text, []
        self.tokens = tokens_of(text)
        self.pairs = pairs_of(self.tokens)
        self.lines = [0, *(match.end() for match in re.finditer("\n", text))]
        self.function = ""

    def line_of(self, offset):
        return bisect.bisect_right(self.lines, offset)

    def add(self, kind, start, end, new):
        """Keeps lines where they are, so that __LINE__ does not change."""
        new += "\n" * (self.text.count("\n", start, end) - new.count("\n"))
        first = self.lines[self.line_of(start) - 1]
        last = self.text.find("\n", end - 1)
        last = len(self.text) if last < 0 else last
        self.mutants.append(Mutant(self.path, self.function, self.line_of(start), kind, start, end, new,
                                   one_blank(self.text[first:last]),
                                   one_blank(self.text[first:start] + new + self.text[end:last])))

    def read(self):
        index = 0
        while index < len(self.tokens):
            token = self.tokens[index]
            if token.text == "{" and self.text[token.start - 1] == "\n":
                self.function = self.name_before(index)
                self.block(index + 1, self.pairs[index])
            index = self.pairs.get(index, index) + 1
        return self.mutants

    def name_before(self, index):
        """`static int foo(...)`: the word in front of the parameters."""
        opening = {closing: opening for opening, closing in self.pairs.items()}.get(index - 1, index)
        return self.tokens[opening - 1].text

    def block(self, index, end):
        while index < end:
            index = self.statement(index, end)

    def statement(self, index, end):
        """Reads one, and returns the index behind it."""
        word = self.tokens[index].text
        if word == "{":
            self.block(index + 1, self.pairs[index])
            return self.pairs[index] + 1
        if word in ("if", "while", "switch", "for"):
            return self.control(index)
        if word in ("else", "do", ";"):
            return index + 1
        if word in ("case", "default"):
            return self.find(index, end, ":") + 1
        if self.tokens[index + 1].text == ":" and self.tokens[index].kind == "word":
            return index + 2
        if self.is_loop_macro(index):
            return self.pairs[index + 1] + 1
        stop = self.find(index, end, ";")
        self.simple(index, stop)
        return stop + 1

    def is_loop_macro(self, index):
        """`FOR_EACH (x, list) {` and its like."""
        if self.tokens[index].kind != "word" or self.tokens[index + 1].text != "(":
            return False
        return self.tokens[self.pairs[index + 1] + 1].text == "{"

    def find(self, index, end, text):
        while index < end and self.tokens[index].text != text:
            index = self.pairs.get(index, index) + 1
        return index

    def control(self, index):
        word, opening = self.tokens[index].text, index + 1
        closing = self.pairs[opening]
        if word == "for":
            first = self.find(opening + 1, closing, ";")
            second = self.find(first + 1, closing, ";")
            if second > first + 1:
                self.condition(word, first + 1, second)
        elif word != "switch":
            self.condition(word, opening + 1, closing)
        self.expression(opening + 1, closing)
        return closing + 1

    def condition(self, word, first, end):
        start, stop = self.tokens[first].start, self.tokens[end - 1].end
        text = self.text[start:stop]
        if text in ("true", "1"):
            return
        if word == "if":
            if self.tokens[first].text != "!" or end - first != self.length_of(first + 1) + 1:
                self.add("condition", start, stop, f"!({text})")
            self.add("condition", start, stop, f"({text}) || 1")
        self.add("condition", start, stop, f"({text}) && 0")

    def length_of(self, index):
        """How many tokens the operand has that begins there: a name, its members, its arguments."""
        start = index
        while self.tokens[index].kind == "word" or self.tokens[index].text in ("->", ".", "(", "[", "*"):
            index = self.pairs.get(index, index) + 1
        return index - start

    def simple(self, index, stop):
        """A declaration, a jump, or an expression that stands alone, up to its semicolon."""
        word, start, end = self.tokens[index].text, self.tokens[index].start, self.tokens[stop].end
        if word in ("assert", "static_assert", "_Static_assert", "static", "enum"):
            return
        if word == "return":
            self.returned(index, stop)
        elif word in JUMPS:
            self.add("jump", start, end, ";")
        elif self.is_declaration(index):
            self.expression(self.find(index, stop, "="), stop)
        elif re.fullmatch(r"\(void\) \w+;", self.text[start:end]):
            return  # only says that something is not used
        elif index < stop:
            self.add("statement", start, end, ";")
            self.expression(index, stop)

    def returned(self, index, stop):
        value = self.text[self.tokens[index].end:self.tokens[stop].start].strip()
        if not value:
            self.add("statement", self.tokens[index].start, self.tokens[stop].end, ";")
        elif value in ("r", "BAD_INPUT") or re.fullmatch(r"-(E[A-Z]+|errno)", value):
            self.add("error", self.tokens[index + 1].start, self.tokens[stop].start, "0")
        self.expression(index + 1, stop)

    def is_declaration(self, index):
        """A type's name, then a name: `size_t n`, `json_t *x`, `OWN(arena) a`."""
        first, after = self.tokens[index], index + 1
        if first.text in TYPES:
            return True
        if first.kind != "word":
            return False
        if self.tokens[after].text == "(":
            return self.tokens[self.pairs[after] + 1].kind == "word"
        while self.tokens[after].text == "*":
            after += 1
        return self.tokens[after].kind == "word"

    def expression(self, index, end):
        while index < end:
            token = self.tokens[index]
            if token.text == "sizeof":
                index = self.pairs.get(index + 1, index) + 1
                continue
            if token.text == "(" and self.tokens[index + 1].text == "{":
                self.block(index + 2, self.pairs[index + 1])
                index = self.pairs[index] + 1
                continue
            self.change(token)
            index += 1

    def change(self, token):
        if token.kind == "number":
            self.constant(token)
        elif token.text in WORDS:
            self.add("constant", token.start, token.end, WORDS[token.text])
        elif token.text == "!":
            self.add("operator", token.start, token.end, "")
        elif token.text in OPERATORS and self.text[token.start - 1].isspace() and self.text[token.end].isspace():
            for other in OPERATORS[token.text]:
                self.add("operator", token.start, token.end, other)

    def constant(self, token):
        match = re.fullmatch(r"(0[xX][0-9a-fA-F]+|\d+)([uUlL]*)", token.text)
        if not match:
            return
        digits, suffix = match.groups()
        octal = digits.startswith("0") and digits.isdigit() and digits != "0"
        value = int(digits, 8 if octal else 0)
        for other in (value + 1, value - 1):
            if other >= 0:
                self.add("constant", token.start, token.end, f"{other}{suffix}")


def mutants_of(path, text):
    """All of a file, in its order; `path` is only said."""
    return Reader(path, text).read()
