"""profiles.py - the built-in profiles as people read them, each whole."""

import sys

from . import facts

FOLDER = facts.ROOT / "policy/profile"
sys.path.insert(0, str(FOLDER))
import whole  # pylint: disable=wrong-import-position


def profile(name):
    texts = {path.stem: path.read_text(encoding="ascii") for path in FOLDER.glob("*.yaml")}
    return whole.whole_of(name, texts)
