"""Tesseract with a small model of our own and, where it is, its true one, on text rendered here."""

import os
import signal
from pathlib import Path

import numpy as np
import pytest
from tests.engines import FIXTURES, TESSERACT, TINY_TESSERACT
from tests.synth import write_media

from emer.tools.errors import ToolUnavailable
from emer.tools.findings import Evidence, GapCode
from emer.tools.hosting.items import Item
from emer.tools.media.intake import take_in
from emer.tools.media.probe import probe
from emer.tools.on_screen_text import OnScreenText, lines_of
from emer.tools.setup import Setup

pytest.importorskip("tesserocr")
pytestmark = pytest.mark.full

TEXTS = {
    "tiny": ("EXIT 42", "ROOM 17 EAST"),
    "english": ("Ten years earlier", "Nobody was hurt, he said"),
}
"""A title and a caption that each model can read: the tiny one knows capitals and digits."""
SMALL_PX = {"tiny": (480, 270), "english": (320, 180)}


@pytest.fixture(scope="module", params=TEXTS)
def language(request):
    return request.param


@pytest.fixture(scope="module")
def title(language):
    return TEXTS[language][0]


@pytest.fixture(scope="module")
def caption(language):
    return TEXTS[language][1]


@pytest.fixture(scope="module")
def model(language):
    """Ours, or the one that TESSDATA_PREFIX names, one beside this Python, or the system's."""
    if language == "tiny":
        return FIXTURES / TINY_TESSERACT
    for path in TESSERACT:
        if path.is_file():
            return path
    pytest.skip("there is no eng.traineddata: install tesseract-ocr-eng, or set TESSDATA_PREFIX")


@pytest.fixture(scope="module")
def engine(model):
    made = OnScreenText()
    made.set_up(Setup(models={"on_screen_text.tesseract": str(model)}))
    made.ready()
    yield made
    made.host().close()


def font():
    import matplotlib
    from PIL import ImageFont

    path = Path(matplotlib.get_data_path()) / "fonts/ttf/DejaVuSans.ttf"
    return ImageFont.truetype(str(path), 28)


def rendered(*texts, level=40):
    """A picture with lines of text, one a quarter of the height below the other."""
    from PIL import Image, ImageDraw

    image = Image.new("RGB", (640, 360), (level, level, level + 30))
    for i, text in enumerate(texts):
        ImageDraw.Draw(image).text((40, 40 + 90 * i), text, font=font(), fill=(250, 250, 250))
    return np.array(image)


def read(engine, *pictures):
    return [
        lines_of(a) for a in engine.host().ask([Item({}, {"picture": p}) for p in pictures])
    ]  # fmt: skip


def test_lines_are_read_from_top_to_bottom_with_their_places(engine, title, caption):
    ((first, second),) = read(engine, rendered(title, caption))
    assert (first.text, second.text) == (title, caption)
    left, top, width, height = first.box
    assert left == pytest.approx(40 / 640, abs=0.02)
    assert top * 360 == pytest.approx(45, abs=8)
    assert width == pytest.approx(font().getlength(title) / 640, abs=0.02)
    assert 0.04 < height < 0.12
    assert first.score > 0.9


def test_many_pictures_are_read_as_each_alone_in_their_order(engine, title, caption):
    pictures = [rendered(title), rendered(), rendered(caption, title), rendered(caption)]
    items = [Item({}, {"picture": p}) for p in pictures]
    together = engine.host().ask(items, batches=[[3, 1], [0, 2]])
    assert together == [engine.host().ask([i])[0] for i in items]
    assert [len(lines_of(a)) for a in together] == [1, 0, 2, 1]


def test_texture_is_not_read_as_text(engine):
    noise = np.random.default_rng(0).integers(0, 256, (360, 640, 3), np.uint8)
    black = np.zeros((360, 640, 3), np.uint8)
    assert read(engine, noise, black) == [(), ()]


def test_small_pictures_are_read_too(engine, language, title):
    import cv2

    small = cv2.resize(rendered(title), SMALL_PX[language], interpolation=cv2.INTER_AREA)
    ((line,),) = read(engine, small)
    assert line.text == title


def test_a_clip_with_a_title_and_a_caption_is_told_in_time(engine, tmp_path, title, caption):
    pictures = (
        [rendered(title)] * 40 + [rendered(level=90)] * 40 + [rendered(caption, level=90)] * 40
    )
    path = write_media(tmp_path / "a.mp4", pictures=pictures, rate_hz=10)
    clip, _, _ = take_in(path, probe(path), tmp_path, watchers={engine.tool: engine})
    found = engine.observe(clip, [clip.span], [])
    texts = [(f.start_s, f.end_s, f.reading.text) for f in found if isinstance(f, Evidence)]
    assert [t for _, _, t in texts] == [title, caption]
    (title_s, title_end_s, _), (caption_s, caption_end_s, _) = texts
    assert (title_s, caption_end_s) == (0, pytest.approx(12, abs=0.3))
    assert title_end_s == pytest.approx(4, abs=2.1)
    assert caption_s == pytest.approx(8, abs=2.1)
    assert GapCode.NOTHING_THERE in [getattr(f, "code", None) for f in found]


def test_a_process_killed_between_pictures_is_replaced(engine, title):
    engine.host().facts()
    os.kill(engine.host().pid, signal.SIGKILL)
    ((line,),) = read(engine, rendered(title))
    assert line.text == title


def test_a_file_that_is_no_model_is_refused_in_words(tmp_path):
    (tmp_path / "eng.traineddata").write_bytes(b"nothing of the kind")
    made = OnScreenText()
    made.set_up(Setup(models={"on_screen_text.tesseract": str(tmp_path)}))
    with pytest.raises(ToolUnavailable, match=r"cannot be loaded|while its model was loaded"):
        made.host().facts()
