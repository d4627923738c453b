"""The report as one page: player, timeline, explanation and evidence in a single HTML file.

Reads    a report and, where they are at hand, its clip, faces and sound (``Material``)
Returns  a file that needs nothing else: no network, no server, no other file but, if it is large,
         the clip itself
Cost     some seconds for ten minutes of clip: pitch contours and face crops are most of it
"""

from pathlib import Path

from emer.agent.exports.material import Material


def write(material: Material, path: Path) -> None:
    """Write the page; what cannot be had without the clip is left out and said to be.

    Args:
        material: The report and what stands behind it.
        path: The file to fill; a clip near its folder is linked relative to that.

    Raises:
        MediaError: The clip is there but cannot be decoded any more.
    """
    from emer.agent.exports.page.building import page

    path.write_text(page(material, path.parent), encoding="utf-8", errors="replace")
