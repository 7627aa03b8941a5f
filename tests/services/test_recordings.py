"""What is spoken, filmed or sent as a file is evidence like a photo, of the kind that the question asks for."""

from datetime import datetime

import pytest

from rules.errors import Refused
from rules.forms.event import Goto
from services.evidence import FILE_BYTES, Sent
from templates.refusal import sentence
from tests.services.asking import ask
from tests.services.refusals import refused
from tests.services.story import Story

FILES = """
| survey |
| | type | name | label | required |
| | audio | said | 当事人陈述 | yes |
| | video | film | 现场视频 | |
| | file | paper | 制度文件 | |
| | image | shot | 照片 | |
"""
HOUR = 700 * 2**20
"""Bytes of a video of an hour, as a phone makes it."""


def sent(kind: str, at: datetime, media_type: str | None = None, *, size: int = 900) -> Sent:
    return Sent(f"file-{kind}", f"unique-{kind}-{media_type}", kind, media_type, None, size, at)


async def test_each_question_takes_what_it_asks_for(story: Story) -> None:
    visit, me, _ = await story.begun(2)
    await ask(story.store, visit, FILES)
    now = story.clock()
    voice, video = sent("voice", now, "audio/ogg"), sent("video", now, "video/mp4")
    heic = sent("document", now, "image/heic")
    fitting = {
        "said": [voice, sent("audio", now, "audio/mpeg"), sent("document", now, "audio/mp4")],
        "film": [video, sent("video_note", now), sent("document", now, "video/quicktime")],
        "paper": [sent("document", now, "application/pdf"), sent("document", now), voice, video, heic],
        "shot": [sent("photo", now, "image/jpeg"), heic],
    }
    wrong = {
        "said": [video, heic],
        "film": [voice, heic, sent("photo", now, "image/jpeg")],
        "shot": [voice, video],
    }
    for name, files in fitting.items():
        await story.take(visit, me, Goto(f"item90/{name}"))
        kind = {"said": "audio", "film": "video", "shot": "image"}.get(name)
        for file in wrong.get(name, []):
            with refused(f"forms.expected_{kind}"):
                await story.send(visit, me, file)
        for file in files:
            work = await story.send(visit, me, file)
        held = work.draft.answers[f"item90/{name}"]
        assert isinstance(held, list)
        assert len(held) == len(files)


async def test_an_hour_of_video_is_refused_with_its_size_before_anything_is_lost(story: Story) -> None:
    visit, me, _ = await story.begun(2)
    await ask(story.store, visit, FILES)
    await story.take(visit, me, Goto("item90/film"))
    with pytest.raises(Refused) as caught:
        await story.send(visit, me, sent("video", story.clock(), "video/mp4", size=HOUR))
    assert caught.value.code == "records.too_big"
    assert "700.0 MB" in sentence(caught.value)
    assert "剪短" in sentence(caught.value)
    assert "item90/film" not in (await story.look(visit)).draft.answers
    await story.send(visit, me, sent("video", story.clock(), "video/mp4", size=FILE_BYTES))
