"""Runs ffmpeg: argument lists only, an allow-list of formats and protocols, limits, whole groups killed.

In: ffmpeg arguments. Out: what it wrote to stdout and stderr, or an error with its last lines.
"""

from __future__ import annotations

import errno
import os
import re
import signal
import subprocess
import threading
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import IO, Any, NamedTuple

from reelmaker.errors import DiskFull, ReelmakerError, RenderError
from reelmaker.media import process_reaper

# Demuxers an upload may need. Playlists (hls, dash, concat, image lists) are not among them: they
# make ffmpeg open further files that the upload names.
FORMATS = "mov,mp4,matroska,webm,avi,mp3,wav,w64,ogg,flac,aac,mpegts,mpeg,amr,asf,flv,aiff,caf,au"
PROTOCOLS = "file,pipe"
# Decoders for what phones, browsers, cameras and call systems write. ffmpeg has four hundred more, most of them
# for formats of games and of the last century, and least looked after: those are never given a stranger's bytes.
CODECS = (
    "h264,hevc,av1,libdav1d,libaom-av1,vp8,libvpx,vp9,libvpx-vp9,mpeg4,msmpeg4,msmpeg4v2,mpeg1video,mpeg2video,"
    "mpegvideo,h263,h263p,flv,mjpeg,wmv1,wmv2,wmv3,vc1,theora,prores,dnxhd,dvvideo,ffv1,rawvideo,png,"
    "aac,aac_fixed,aac_latm,mp3,mp3float,mp2,mp2float,opus,libopus,vorbis,libvorbis,flac,alac,ac3,eac3,amrnb,amrwb,"
    "libopencore_amrnb,libopencore_amrwb,wmav1,wmav2,wmapro,gsm,gsm_ms,speex,g722,g726,g726le,g729,ilbc,"
    "adpcm_ima_wav,adpcm_ima_qt,adpcm_ms,pcm_alaw,pcm_mulaw,pcm_u8,pcm_s8,pcm_s16le,pcm_s16be,pcm_s24le,pcm_s24be,"
    "pcm_s32le,pcm_s32be,pcm_f32le,pcm_f32be,pcm_f64le,pcm_f64be"
)
MAX_ALLOC = 512 * 1024 * 1024
# In transport streams ffmpeg closes every gap of more than ten seconds; then all that follows is too early.
KEEP_GAPS = ("-dts_delta_threshold", "1000000", "-dts_error_threshold", "1000000")  # seconds
LAST_WORDS = 2000  # lines of what ffmpeg says that are kept
BROKEN = r"Error submitting packet to decoder|[Cc]oncealing \d+ DC|\[in#[^\]]*\] \[error\]"


@dataclass(frozen=True, slots=True)
class Limits:
    """What an upload may cost: length, picture size, memory and time of whatever reads it.

    Memory and processor time are held by the system where it can (Linux); length, pixels and wall time
    everywhere.
    """

    hours: float = 4.0
    pixels: int = 8192 * 4608
    memory_bytes: int = 6 << 30
    seconds: float = 3600.0  # wall time of one run; processor time is held to as much on each core


limits = Limits()  # those in force; `set_limits` changes them for the whole process

_running: set[subprocess.Popen[bytes]] = set()
_lock = threading.Lock()
_stopped = threading.Event()


class Output(NamedTuple):
    """What a run of ffmpeg wrote."""

    stdout: bytes
    stderr: str


@lru_cache(maxsize=1)
def ffmpeg_exe() -> str:
    """The ffmpeg of imageio-ffmpeg, or the one that IMAGEIO_FFMPEG_EXE names.

    Raises:
        ReelmakerError: there is none, or the one named cannot be run.
    """
    named = os.environ.get("IMAGEIO_FFMPEG_EXE")
    if named:
        if not (Path(named).is_file() and os.access(named, os.X_OK)):
            raise ReelmakerError(
                f"IMAGEIO_FFMPEG_EXE names {named}, which is not a program.", "Correct or unset that variable."
            )
        return named
    import imageio_ffmpeg

    try:
        return str(imageio_ffmpeg.get_ffmpeg_exe())
    except RuntimeError:
        raise ReelmakerError(
            "There is no ffmpeg for this machine.", "Install one and name it: IMAGEIO_FFMPEG_EXE=/path/to/ffmpeg."
        ) from None


def ffmpeg_identity() -> str:
    """What tells one ffmpeg from another without starting it: name, size and time of the file."""
    path = Path(ffmpeg_exe())
    facts = path.stat()
    return f"{path.name} {facts.st_size} {facts.st_mtime_ns}"


def ffmpeg_version() -> str:
    """The version that ffmpeg prints, for `doctor` and the manifest."""
    first = run(["-version"]).stdout.decode("utf-8", "replace").splitlines()[0]
    match = re.match(r"ffmpeg version (\S+)", first)
    return match[1] if match else first


def source(path: Path) -> list[str]:
    """`-i` for an upload, with everything that keeps it from opening other files or eating the memory."""
    options = [part for name, value in allowed().items() for part in (f"-{name}", str(value))]
    return [*options, "-i", f"file:{path}"]


def allowed() -> dict[str, str | int]:
    """The options of an upload that keep it from opening other files, rare decoders or all of the memory."""
    return {
        "protocol_whitelist": PROTOCOLS,
        "format_whitelist": FORMATS,
        "codec_whitelist": CODECS,
        "max_pixels": limits.pixels,
    }


def beside(length: Sequence[str] = ()) -> list[str]:
    """A second output that decodes nothing: for what is said of time, ffmpeg shall see the picture's packets too.

    Of a transport stream it lets the tracks that are used begin at nought, whenever they began in the file.
    """
    return ["-map", "0:v?", "-c", "copy", *length, "-f", "null", "-"]


def complaints(stderr: str) -> int:
    """How many packets and frames could not be made sense of."""
    return len(re.findall(BROKEN, stderr))


def run(
    arguments: Sequence[str],
    *,
    stdin: Iterable[bytes] | None = None,
    folder: Path | None = None,
    environment: Mapping[str, str] | None = None,
    limit_s: float | None = None,
    what: str = "",
    take: Callable[[IO[bytes]], bytes] | None = None,
) -> Output:
    """Run ffmpeg to its end and return what it wrote.

    Args:
        stdin: blocks to feed while it runs, for instance raw frames.
        folder: the working folder, so that filter options can use plain short names.
        limit_s: seconds of wall time after which the whole process group is killed (default: the limits').
        what: the clip or file it works on, for the error message.
        take: reads what it writes while it runs, to the end, instead of all at once; what it gives back is `stdout`.

    Raises:
        RenderError: it failed or ran past its limit; the message holds its last words.
        DiskFull: it said that no space is left.
    """
    command = [
        ffmpeg_exe(),
        *"-hide_banner -nostdin -y -loglevel level+info -max_alloc".split(),
        str(MAX_ALLOC),
        *KEEP_GAPS,
        *arguments,
    ]
    if stdin is not None:
        command.remove("-nostdin")
    limit_s = min(limit_s or limits.seconds, limits.seconds)
    process = start(
        command,
        stdin=subprocess.PIPE if stdin is not None else subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=folder,
        env={**os.environ, **environment} if environment else None,
    )
    hold(process.pid, limit_s)
    said: deque[bytes] = deque(maxlen=LAST_WORDS)
    drain = threading.Thread(target=lambda: said.extend(process.stderr), daemon=True)  # type: ignore[arg-type]
    drain.start()
    late = threading.Timer(limit_s, kill, [process])
    late.daemon = True
    late.start()
    unfed: list[BaseException] = []
    feed = threading.Thread(target=_feed, args=(process, stdin, unfed), daemon=True) if stdin is not None else None
    try:
        if feed:
            feed.start()
        assert process.stdout is not None
        stdout = take(process.stdout) if take else process.stdout.read()
        code = process.wait()
        over = not late.is_alive()
    except BaseException:
        kill(process)
        raise
    finally:
        late.cancel()
        process.wait()
        drain.join()
        if feed:
            feed.join()
        for pipe in (process.stdout, process.stderr):
            if pipe:
                pipe.close()
        ended(process)
    if unfed:
        raise unfed[0]
    stderr = b"".join(said).decode("utf-8", "replace")
    if code:
        raise _failure(what, code, stderr, over and f"ran longer than {limit_s:.0f} s")
    return Output(stdout, stderr)


def start(command: Sequence[str], **options: Any) -> subprocess.Popen[bytes]:
    """A process in a group of its own that `stop_all` knows of; `ended` takes it off the list."""
    with _lock:  # so that `stop_all` either sees the process or keeps it from starting
        if _stopped.is_set():
            raise RenderError("stopped")
        process_reaper.expect()
        process = subprocess.Popen(command, start_new_session=os.name == "posix", **options)
        process_reaper.started(process.pid)
        _running.add(process)
    return process


def ended(process: subprocess.Popen[bytes]) -> None:
    """The process is over and its pipes are closed."""
    with _lock:
        _running.discard(process)
    process_reaper.ended(process.pid)


def set_limits(new: Limits) -> None:
    """Put limits in force for everything that is started from now on."""
    global limits
    limits = new


def hold(pid: int, limit_s: float) -> None:
    """Let the system hold a process to its memory and processor time, where it can."""
    try:
        import resource

        cores = os.cpu_count() or 1
        seconds = int(limit_s * cores) + 1
        resource.prlimit(pid, resource.RLIMIT_AS, (limits.memory_bytes, limits.memory_bytes))
        resource.prlimit(pid, resource.RLIMIT_CPU, (seconds, seconds))
        resource.prlimit(pid, resource.RLIMIT_CORE, (0, 0))
    except (ImportError, AttributeError, OSError, ValueError):
        pass  # not Linux, or the process is over already


def stop_all() -> None:
    """Kill every ffmpeg that runs, and start no other: the build was interrupted."""
    with _lock:
        _stopped.set()
        processes = list(_running)
    for process in processes:
        kill(process)


def resume() -> None:
    """Allow runs again after `stop_all`."""
    _stopped.clear()


def _feed(process: subprocess.Popen[bytes], blocks: Iterable[bytes], unfed: list[BaseException]) -> None:
    """Write the blocks to ffmpeg; what goes wrong while they are made is kept, and ffmpeg stopped."""
    pipe = process.stdin
    assert pipe is not None
    try:
        for block in blocks:
            try:
                pipe.write(block)
            except OSError:
                break  # ffmpeg ended early; its own exit code says why
    except BaseException as problem:  # noqa: BLE001 - it is raised again where the run is waited for
        unfed.append(problem)
        kill(process)
    finally:
        try:
            pipe.close()
        except OSError:
            pass


def kill(process: subprocess.Popen[bytes]) -> None:
    """End a process and all that it started."""
    try:
        if os.name == "posix":
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
    except (ProcessLookupError, PermissionError):
        pass  # it ended by itself


def _failure(what: str, code: int, stderr: str, over: str | bool) -> ReelmakerError:
    lines = [
        re.sub(r"^(\[[^\]]*\] ?)+", "", line) for line in stderr.splitlines() if "[error]" in line or "[fatal]" in line
    ]
    reason = over or (lines[-1] if lines else f"ended with {code}")
    subject = f"{what}: " if what else ""
    if os.strerror(errno.ENOSPC) in stderr or "No space left" in stderr:
        return DiskFull(f"{subject}no space is left on the disk.", "Free some space and run the build again.")
    return RenderError(f"{subject}ffmpeg could not do it ({reason}).", "Run again with -v to see more.")
