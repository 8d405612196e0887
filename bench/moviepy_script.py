"""The same reel as a moviepy script: blurred sides, captions and labels as text, levelled sound, stills as cards."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
from moviepy import CompositeVideoClip, ImageClip, TextClip, VideoFileClip, afx, concatenate_videoclips, vfx
from PIL import Image, ImageFilter


def main(order: Path) -> None:
    plan = json.loads(order.read_text("utf-8"))
    width, height = plan["size"]
    parts = []
    for item in plan["items"]:
        if "still" in item:
            parts.append(ImageClip(item["still"]).with_duration(item["seconds"]))
            continue
        video = VideoFileClip(item["clip"])
        clip = video.subclipped(item["start"], min(item["start"] + item["seconds"], video.duration))
        clip = clip.with_effects([afx.MultiplyVolume(item["volume"]), afx.AudioFadeIn(0.02), afx.AudioFadeOut(0.02)])
        fitted = clip.resized(min(width / clip.w, height / clip.h)).with_position("center")
        label = text(item["label"], plan["font"], height // 28).with_duration(min(3.5, clip.duration))
        label = label.with_effects([vfx.CrossFadeIn(0.18), vfx.CrossFadeOut(0.18)]).with_position((64, 43))
        layers = [*sides(clip, width, height), fitted, label]
        for start, end, words in item["cues"]:
            shown = text(words, plan["font"], height // 20).with_start(start).with_duration(end - start)
            layers.append(shown.with_position(("center", int(height * 0.78))))
        parts.append(CompositeVideoClip(layers, size=(width, height), bg_color=(0, 0, 0)).with_duration(clip.duration))
    concatenate_videoclips(parts).write_videofile(
        plan["target"],
        fps=30,
        codec="libx264",
        preset="veryfast",
        audio_codec="aac",
        threads=plan["threads"],
        ffmpeg_params=["-crf", "21", "-pix_fmt", "yuv420p"],
        logger=None,
    )


def sides(clip: VideoFileClip, width: int, height: int) -> list[VideoFileClip]:
    """A blurred copy that fills the picture, where the clip does not."""
    if abs(clip.w / clip.h - width / height) < 0.01:
        return []
    small = clip.without_audio().resized(max(width / 8 / clip.w, height / 8 / clip.h))
    small = small.cropped(x_center=small.w / 2, y_center=small.h / 2, width=width // 8, height=height // 8)
    return [small.image_transform(blurred).resized((width, height))]


def blurred(frame: np.ndarray) -> np.ndarray:
    return np.asarray(Image.fromarray(frame).filter(ImageFilter.GaussianBlur(6)))


def text(words: str, font: str, size: int) -> TextClip:
    return TextClip(
        font=font,
        text=words,
        font_size=size,
        color="white",
        bg_color="black",
        margin=(12, 8),
        text_align="center",
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
