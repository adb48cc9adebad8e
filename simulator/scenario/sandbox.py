"""The scenario of a live run: the same pipeline on a plain file system, with no watcher."""

from __future__ import annotations

from posixpath import join
from typing import Literal

from simulator.documents import Bytes, Localized, Seconds
from simulator.scenario.model import (
    AlbumFile,
    AppSpec,
    Expect,
    Happening,
    PhoneSpec,
    PipelineSpec,
    Scenario,
    WatcherSpec,
)

#: What the app in the sandbox is called.
LABEL = Localized("Sandbox app", "沙盒应用")


def sandbox(
    name: str, size: int, clip: float, variant: str, how: Literal["transcode", "copy"]
) -> Scenario:
    """The scenario that predicts a live run of a file called *name*.

    *size* is in bytes, *clip* the length in seconds, *variant* one of the preset's.
    """
    original = join("DCIM/Camera", name)
    return Scenario(
        id="live",
        title=Localized("The same pipeline on real files", "在真实文件上走同样的流程"),
        question=Localized(
            "Does the kernel see what the model says?", "内核看到的，和模型说的一样吗？"
        ),
        phone=PhoneSpec(
            android="10",
            stack="plain",
            album=(AlbumFile(original, Bytes(size), Seconds(clip)),),
        ),
        app=AppSpec(
            package="org.cachelife.sandbox",
            label=LABEL,
            target_sdk=29,
            storage="legacy",
            granted=("READ_EXTERNAL_STORAGE", "WRITE_EXTERNAL_STORAGE"),
        ),
        pipeline=PipelineSpec(
            preset="evidence-video", place="Pictures/Shop", variant=variant, how=how
        ),
        watcher=WatcherSpec(rule="none"),
        happens=(Happening(Seconds(0.0), "send video", original),),
        expect=Expect(because=Localized("a prediction", "一次预测")),
        until=Seconds(3600.0),
    )
