import subprocess
import sys


def test_nothing_heavy_is_imported_before_it_is_needed() -> None:
    code = (
        "import sys, sayso.prepare; "
        "print(*sorted({'torch', 'plotly', 'distributed', 'fsspec', 'scipy'} & set(sys.modules)))"
    )
    found = subprocess.run(  # noqa: S603 - our own
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert found.stdout.strip() == ""
