"""What asking questions needs to be imported."""

import subprocess
import sys


def test_asking_imports_neither_pyxform_nor_elementpath() -> None:
    program = (
        "import sys, rules.forms.engine, rules.forms.screen, rules.forms.record, rules.results;"
        "print(sorted({'pyxform', 'elementpath', 'openpyxl', 'lark'} & sys.modules.keys()))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)  # noqa: S603  (our own program)
    assert done.stdout == "[]\n"
