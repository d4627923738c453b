"""Questions about what was talked of: "where is the new job" is answered by who said "job".

Asked only where nothing else was understood; how the question was taken is then said.
"""

from emer.agent.chat.understanding.leftover import is_known
from emer.agent.chat.understanding.relative import content_words
from emer.agent.queries.transcript import TranscriptArgs, transcript
from emer.graphs.report import Report


def talked_of(question: str, report: Report) -> str | None:
    """Return a word of the question that was said in the clip, the longest; ``None``: none was."""
    for word in content_words(question):
        if is_known(word.lower()):
            continue
        if transcript(report, TranscriptArgs(contains=word, limit=1)).utterances:
            return word
    return None
