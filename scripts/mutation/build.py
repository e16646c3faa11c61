"""build.py - one build of the project whose programs take all that can be mutated from one shared library.

So a mutant costs one object and one link, whatever the number of programs that are then run with it.
"""

import json
import os
import pathlib
import shlex
import shutil
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]
LIBRARY = "libmutated.so"
SANITIZED = ["-Db_sanitize=address,undefined", "-Db_lundef=false"]


def run(words, **more):
    """Ends the program when a command fails, with what it said."""
    done = subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False, **more)
    if done.returncode:
        raise SystemExit(f"mutate: {shlex.join(map(str, words))} failed:\n{done.stdout}")
    return done.stdout


def drop(words, plain, with_value):
    """The words without these options."""
    words, kept = iter(words), []
    for word in words:
        if word in with_value:
            next(words)
        elif word not in plain:
            kept.append(word)
    return kept


class Build:
    """A build folder below `folder`, and what is linked anew from it."""

    def __init__(self, folder, options):
        self.folder, self.sanitized = folder, bool(options)
        if not (folder / "build.ninja").is_file():
            run(["meson", "setup", folder, ROOT, "-Doptimization=0", "-Ddebug=false", "-Dtests=enabled", *options])
        run(["ninja", "-C", folder, "build.ninja"])
        self.compiles = {os.path.normpath(os.path.join(folder, entry["file"])): entry for entry in self.database()}
        self.objects, self.links = {}, {}  # archive: its objects; program: the command that links it
        for line in run(["ninja", "-C", folder, "-t", "commands"]).splitlines():
            self.note(line)

    def database(self):
        entries = json.loads((self.folder / "compile_commands.json").read_text(encoding="utf-8"))
        # The same sources are compiled once more for single tests, which no mutant reaches.
        return [entry for entry in entries if entry["output"].split(".p/")[0].endswith(".a")
                and not entry["output"].startswith("test/")]

    def note(self, command):
        if " csrD" in command:
            words = shlex.split(command)
            archive = next(index for index, word in enumerate(words) if word.startswith("csrD")) + 1
            if not words[archive].startswith("test/"):
                self.objects[words[archive]] = words[archive + 1:]
        elif " -Wl,--start-group " in command and " -c " not in command:
            words = shlex.split(command)
            self.links[words[words.index("-o") + 1]] = words

    def archive_of(self, file):
        return self.compiles[str(ROOT / file)]["output"].split(".p/")[0]

    def is_wrapped(self, program):
        """Whether it puts functions of its own in between (--wrap), which the linker does for no shared library."""
        return any("--wrap" in word for word in self.links[program])

    def has_code_of(self, program, archives):
        return any(word in archives for word in self.links[program])

    def link_programs(self, programs):
        """Each in `programs/`, at its own path; it finds the library beside itself or two folders above."""
        run(["ninja", "-C", self.folder, *programs])
        for program in programs:
            made = self.folder / "programs" / program
            made.parent.mkdir(parents=True, exist_ok=True)
            made.unlink(missing_ok=True)  # the benches of an earlier run may hold it
            if self.is_wrapped(program):
                shutil.copyfile(self.folder / program, made)
                made.chmod(0o755)
                continue
            words = [f"./{LIBRARY}" if word in self.objects else word for word in self.links[program]]
            words[words.index("-o") + 1] = str(made)
            run([*words, "-Wl,-rpath,$ORIGIN:$ORIGIN/../.."], cwd=self.folder)

    def link_library(self, ret, changed=None, instead=None):
        """All objects, but for one another; they find their libraries by the programs that are linked with it.

        By its name alone programs look for it where `-rpath` says; by a path, from the folder that a test runs them in.
        """
        objects = [name for names in self.objects.values() for name in names]
        words = [str(instead) if name == changed else name for name in objects]
        options = [word for word in self.links["cis-authz"] if word.startswith(("-fsanitize", "-l", "/", "-pthread"))]
        run([self.links["cis-authz"][0], "-shared", f"-Wl,-soname,{LIBRARY}", "-o", ret, *words, *options], cwd=self.folder)

    def link_wrapped(self, program, changed, ret):
        """With the changed object in front of the archives, whose own version nobody needs then."""
        words = list(self.links[program])
        words[words.index("-o") + 1] = str(ret)
        words.insert(next(index for index, word in enumerate(words) if word in self.objects), str(changed))
        run(words, cwd=self.folder)

    def prepare(self, programs):
        run(["ninja", "-C", self.folder, "cis-authz", *self.objects])
        self.link_library(self.folder / LIBRARY)
        self.link_programs(programs)

    def compile(self, mutant, folder, text, ret, more=()):
        """Makes an object of a changed text; tells whether that compiles."""
        entry = self.compiles[str(ROOT / mutant.file)]
        words = drop(shlex.split(entry["command"]), ("ccache", "-MD"), ("-MQ", "-MF", "-o", "-c"))
        words = [word for word in words if not word.startswith("-W")]
        source = folder / "mutant.c"
        source.write_text(f'#line 1 "{mutant.file}"\n{text}', encoding="utf-8")
        done = subprocess.run([*words, *more, "-w", "-iquote", ROOT / os.path.dirname(mutant.file), "-c", source, "-o", ret],
                              cwd=self.folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
        return done.returncode == 0


class Bench:
    """A folder with all programs and a library of its own, where one mutant at a time is tried."""

    def __init__(self, build, number):
        self.build = build
        self.folder = build.folder / f"bench-{number}"
        shutil.rmtree(self.folder, ignore_errors=True)
        shutil.copytree(build.folder / "programs", self.folder, copy_function=os.link)
        (self.folder / "tmp").mkdir()
        shutil.copyfile(build.folder / LIBRARY, self.folder / LIBRARY)
        self.up_to_date = None  # programs that have the mutant without the library; all, where there is none

    def mount(self, mutant, text):
        """Puts the mutant into the library; tells whether it compiles."""
        made = self.folder / "mutant.o"
        if not self.build.compile(mutant, self.folder, mutant.apply(text), made):
            return False
        self.up_to_date = set()
        changed = self.build.compiles[str(ROOT / mutant.file)]["output"]
        self.build.link_library(self.folder / LIBRARY, changed, made)
        return True

    def program(self, name):
        """Its path, with the mutant in it."""
        path = self.folder / name
        if self.up_to_date is not None and name not in self.up_to_date and self.build.is_wrapped(name):
            path.unlink()  # a link to everybody's
            self.build.link_wrapped(name, self.folder / "mutant.o", path)
            self.up_to_date.add(name)
        return str(path)

    def is_same_code(self, mutant, text):
        """Whether an optimising compiler makes the same of both: then nobody can tell them apart."""
        objects = []
        for version in (text, mutant.apply(text)):
            made = self.folder / "optimised.o"
            if not self.build.compile(mutant, self.folder, version, made, ("-O2",)):
                return False
            objects.append(made.read_bytes())
        return objects[0] == objects[1]
