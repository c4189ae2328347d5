"""`./run prove [NAME …]`: lists the proofs, or runs those named."""

import ast
import importlib
import os
import sys
from pathlib import Path

import django

FOLDER = Path(__file__).parent
PROOFS = sorted(path.stem for path in FOLDER.glob("*.py") if not path.stem.startswith("_"))


def first_line(name):
    tree = ast.parse((FOLDER / f"{name}.py").read_text())
    return (ast.get_docstring(tree) or "").partition("\n")[0]


def main(names):
    unknown = [name for name in names if name not in PROOFS]
    if unknown or not names:
        width = max(map(len, PROOFS), default=0)
        listing = "\n".join(f"  {name:<{width}}  {first_line(name)}" for name in PROOFS)
        print(f"./run prove NAME runs one of these:\n{listing}")
        sys.exit(f"No proof is called {', '.join(unknown)}." if unknown else 0)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rehabcrm.settings")
    django.setup()
    for name in names:
        importlib.import_module(f"tests.proofs.{name}").main()


if __name__ == "__main__":
    main(sys.argv[1:])
