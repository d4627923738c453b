"""Texts that would act if a page took them for markup, style, script or an address."""

import re
from typing import Any

HIT = "window.emerHit=1"
PAYLOADS = tuple(
    text.replace("HIT", HIT)
    for text in (
        "<script>HIT</script>", "</script><script>HIT</script>", "<ScRiPt>HIT</sCrIpT>",
        "<img src=x onerror=HIT>", "<img src=x onerror=\"alert('a')\">", "<svg onload=HIT>",
        "<svg/onload=HIT//", "<svg><script>HIT</script></svg>", "\"><script>HIT</script>",
        "'><script>HIT</script>", "\" onmouseover=\"HIT", "' onfocus='HIT' autofocus='",
        "\" autofocus onfocus=HIT x=\"", "<body onload=HIT>", "<iframe src=javascript:HIT>",
        "<iframe srcdoc=\"<script>HIT</script>\">", "<object data=javascript:HIT>",
        "<embed src=javascript:HIT>", "<a href=javascript:HIT>go</a>", "javascript:HIT",
        "<base href=//evil.example/>", "<link rel=stylesheet href=//evil.example/a.css>",
        "<style>@import '//evil.example/a.css'</style>", "</style><script>HIT</script>",
        "<meta http-equiv=refresh content='0;url=//evil.example/'>", "<form action=//evil.example>",
        "<input autofocus onfocus=HIT>", "<details open ontoggle=HIT>", "<video src=x onerror=HIT>",
        "<audio src=x onerror=HIT>", "<marquee onstart=HIT>", "<math><mi xlink:href=javascript:HIT>",
        "<template><script>HIT</script></template>", "--><script>HIT</script>", "<!--<script>",
        "<![CDATA[<script>HIT</script>]]>", "</title><script>HIT</script>",
        "</textarea><script>HIT</script>", "</noscript><script>HIT</script>", "{{ 7*7 }}{% raw %}",
        "${HIT}", "`;HIT;//", "\\';HIT;//", "\"});HIT;//", "\\u003cscript\\u003eHIT",
        "&lt;script&gt;HIT&lt;/script&gt;", "<x style=position:fixed;inset:0;background:red>",
        "expression(HIT)", "url(//evil.example/a.png)", "<img src=//evil.example/a.png>",
        "\u2028HIT\u2029", "\u202egnp.exe\u2066", "\x00<script>HIT</script>", "<\x00script>HIT",
        "WEBVTT\n\n00:00.000 --> 00:09.000\n<v x>HIT", "<c.red><b>bold</b>", "%3Cscript%3EHIT",
        "مرحبا <b>HIT</b> שלום", "data:text/html,<script>HIT</script>", "x\r\nSet-Cookie: a=b",
    )
)  # fmt: skip
EVERYTHING = " ".join(PAYLOADS)
FREE = {
    "text", "shown", "situation", "words", "why", "provenance", "trust", "reason", "remedy",
    "detail", "question", "answer", "limits", "notes", "licence", "model", "engine", "revision",
    "notice", "purpose", "cue", "cue_words", "llm", "prompts", "emer_version", "codec", "container",
    "speaks_for", "speaks_against", "labels", "name", "case", "started_at", "tool", "pattern",
    "label", "language", "schema_version", "value",
}  # fmt: skip
"""Fields that hold free text, wherever they are."""
NAMES = re.compile(r"P\d+|SPK_\d+|FACE_\d+")
_BOUND = {("explanation", "language"), ("reading", "named_speaker")}


def poisoned(source: dict[str, Any]) -> dict[str, Any]:
    """Return a report's JSON with a payload in every free text and every person's name."""
    count = iter(range(10_000_000))

    def taint(value: Any, key: str, parent: str) -> Any:
        if isinstance(value, dict):
            return {k: taint(v, k, key if key else k) for k, v in value.items()}
        if isinstance(value, list):
            return [taint(x, key, parent) for x in value]
        if not isinstance(value, str):
            return value
        if NAMES.fullmatch(value):
            return f"{value}{PAYLOADS[sum(value.encode()) % len(PAYLOADS)]}"
        if key in FREE and (parent, key) not in _BOUND:
            return f"{value} {PAYLOADS[next(count) % len(PAYLOADS)]}"
        return value

    made: dict[str, Any] = taint(source, "", "")
    made["media"]["name"] = f"{EVERYTHING}.mp4"
    for utterance in made["utterances"][:2]:
        utterance["text"] = EVERYTHING
    return made
