"""What somebody may write where a name or a quote is expected; if any of it runs, `window.pwned` is 1."""

from __future__ import annotations

PAYLOADS = [
    "<script>window.pwned=1</script>", "</script><script>window.pwned=1</script>", "</style><script>window.pwned=1</script>",
    "<img src=x onerror=window.pwned=1>", "<svg/onload=window.pwned=1>", "<svg><script>window.pwned=1</script></svg>",
    '"><script>window.pwned=1</script>', "'><script>window.pwned=1</script>", '" onmouseover="window.pwned=1', "' onfocus='window.pwned=1' autofocus='",
    '" autofocus onfocus="window.pwned=1" x="', "<iframe srcdoc='<script>parent.pwned=1</script>'>", "<iframe src=javascript:parent.pwned=1>",
    "javascript:window.pwned=1", "<a href=javascript:window.pwned=1>x</a>", "<!-- --><script>window.pwned=1</script><!--", "<!--<script>", "--><img src=x onerror=window.pwned=1>",
    "<![CDATA[<script>window.pwned=1</script>]]>", "<textarea></textarea><script>window.pwned=1</script>", "</textarea><script>window.pwned=1</script>",
    "</title><script>window.pwned=1</script>", "<video><source onerror=window.pwned=1></video>", "<details open ontoggle=window.pwned=1>",
    "<body onload=window.pwned=1>", "<math><mtext></p><script>window.pwned=1</script></math>", "<base href=https://evil.example/>",
    "<meta http-equiv=refresh content=0;url=https://evil.example/>", "<link rel=stylesheet href=https://evil.example/x.css>",
    "<style>*{display:none}</style>", "<form action=https://evil.example/><button>x</button></form>", "<object data=https://evil.example/x></object>",
    "${window.pwned=1}", "$policy $script $$ ${data}", "`${window.pwned=1}`", "\\u003cscript\\u003ewindow.pwned=1\\u003c/script\\u003e",
    "&lt;script&gt;window.pwned=1&lt;/script&gt;", "\u2028window.pwned=1\u2029//", "</p></li></ol></main><h1>x</h1>", '"}]};window.pwned=1;//',
    "<v Mallory>x</v><c.red>y</c><00:00:01.000>", "<ruby>a<rt>b</rt></ruby> --> 00:00:01.000 --> 00:00:02.000", "\u202e<b>x</b>\u202c",
]  # fmt: skip
