"""The clip with boxes, action units and captions drawn in, as a film.

A still picture becomes a film of five seconds. Sound alone has nothing to draw on.
"""

from pathlib import Path

from emer.agent.exports.material import Material
from emer.tools.errors import MediaError


def write(material: Material, path: Path) -> None:
    """Write an MP4 of the analysed part, with its sound.

    Raises:
        MediaError: The clip has no picture, cannot be decoded, or is not what was analysed.
        OSError: The film cannot be written.
    """
    from emer.agent.exports.overlaying.rendering import render
    from emer.agent.exports.overlaying.scenery import Scenery
    from emer.tools.media.probe import probe

    media, report = material.media, material.report
    if media is None or report.media.video is None:
        raise MediaError(
            f"{report.media.name} has no picture, and an overlay needs a picture",
            remedy="Try --format png.",
        )
    info = probe(media)
    if info.sha256 != report.media.sha256:
        raise MediaError(
            f"{media.name} is not the file that was analysed",
            remedy="Give the same file, or analyse this one.",
        )
    render(report, Scenery(report, material.faces), media, info, path)
