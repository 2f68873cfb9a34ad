"""Python source as HTML, with classes that the page's style sheet gives their colours."""

from __future__ import annotations

import inspect
import textwrap
from collections.abc import Callable

from pygments import highlight as render
from pygments.formatters.html import HtmlFormatter
from pygments.lexers.python import PythonLexer


def highlight(source: str) -> str:
    """A `<pre>` of the source, each line an element, so that long ones can wrap with an indent."""
    html: str = render(source, PythonLexer(), HtmlFormatter(nowrap=True))
    lines = "".join(f"<span>{line}</span>" for line in html.splitlines(keepends=True))
    return f'<pre class="code"><code>{lines}</code></pre>'


def show_functions(functions: tuple[Callable[..., object], ...]) -> str:
    """The source of functions, read from the package as it is installed."""
    return highlight("\n\n".join(textwrap.dedent(inspect.getsource(each)) for each in functions))
