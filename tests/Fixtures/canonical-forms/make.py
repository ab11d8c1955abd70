"""Writes what Unicode says of canonical forms (compositions.txt, carried inside the library) and cases to check it by (cases.txt).

    python3 tests/Fixtures/canonical-forms/make.py

Only Python's own unicodedata is asked; its version stands in the first line of each file.
"""
import pathlib
import random
import sys
import unicodedata

here = pathlib.Path(__file__).parent
library = here.parents[2] / "src" / "Evaluation" / "Text" / "compositions.txt"
hangul = range(0xAC00, 0xD7A4)
everything = [c for c in range(sys.maxunicode + 1) if not 0xD800 <= c <= 0xDFFF and c not in hangul]

lines = [f"# Unicode {unicodedata.unidata_version}. 'class: first-last ...' combining classes; 'code = parts' decompositions, '<' where they compose again."]
classes = {}
for c in everything:
    if (number := unicodedata.combining(chr(c))):
        classes.setdefault(number, []).append(c)
for number, members in sorted(classes.items()):
    ranges = []
    for c in members:
        if ranges and c == ranges[-1][1] + 1:
            ranges[-1][1] = c
        else:
            ranges.append([c, c])
    lines.append(f"{number}: " + " ".join(f"{a:X}-{b:X}" for a, b in ranges))
for c in everything:
    parts = unicodedata.decomposition(chr(c))
    if not parts or parts.startswith("<"):
        continue
    whole = "".join(chr(int(p, 16)) for p in parts.split())
    back = unicodedata.normalize("NFC", whole) == chr(c)
    lines.append(f"{c:X} {'<' if back else '='} {parts}")
library.write_text("\n".join(lines) + "\n", encoding="ascii")

random.seed(1)
pool = [c for c in everything if unicodedata.decomposition(chr(c)) and not unicodedata.decomposition(chr(c)).startswith("<")]
marks = [c for c in everything if unicodedata.combining(chr(c))]
cases = [f"# Unicode {unicodedata.unidata_version}: text, NFC, NFD, as code points"]
def codes(text): return " ".join(f"{ord(c):X}" for c in text)
texts = [chr(c) for c in random.sample(pool, 300)]
texts += ["".join(chr(random.choice(random.choice([pool, marks, range(0x41, 0x7B), hangul, range(0x1100, 0x1113), range(0x1161, 0x1176), range(0x11A8, 0x11C3)])))
                  for _ in range(random.randint(2, 8))) for _ in range(700)]
for text in texts:
    cases.append(";".join(codes(form) for form in (text, unicodedata.normalize("NFC", text), unicodedata.normalize("NFD", text))))
(here / "cases.txt").write_text("\n".join(cases) + "\n", encoding="ascii")
