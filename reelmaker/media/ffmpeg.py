"""Runs ffmpeg: argument lists only, an allow-list of formats and protocols, limits, process groups killed as a whole."""

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

# Demuxers an upload may need. Playlists (hls, dash, concat, image lists) are excluded: they
# make ffmpeg open further files named in the upload.
FORMATS = "mov,mp4,matroska,webm,avi,mp3,wav,w64,ogg,flac,aac,mpegts,mpeg,amr,asf,flv,aiff,caf,au"
PROTOCOLS = "file,pipe"
# Decoders for what phones, browsers, cameras and call systems write. ffmpeg has four hundred more, most of them
# for old or game formats and poorly maintained: untrusted files are never given to those.
CODECS = (
    "h264,hevc,av1,libdav1d,libaom-av1,vp8,libvpx,vp9,libvpx-vp9,mpeg4,msmpeg4,msmpeg4v2,mpeg1video,mpeg2video,"
    "mpegvideo,h263,h263p,flv,mjpeg,wmv1,wmv2,wmv3,vc1,theora,prores,dnxhd,dvvideo,ffv1,rawvideo,png,"
    "aac,aac_fixed,aac_latm,mp3,mp3float,mp2,mp2float,opus,libopus,vorbis,libvorbis,flac,alac,ac3,eac3,amrnb,amrwb,"
    "libopencore_amrnb,libopencore_amrwb,wmav1,wmav2,wmapro,gsm,gsm_ms,speex,g722,g726,g726le,g729,ilbc,"
    "adpcm_ima_wav,adpcm_ima_qt,adpcm_ms,pcm_alaw,pcm_mulaw,pcm_u8,pcm_s8,pcm_s16le,pcm_s16be,pcm_s24le,pcm_s24be,"
    "pcm_s32le,pcm_s32be,pcm_f32le,pcm_f32be,pcm_f64le,pcm_f64be"
)
MAX_ALLOC = 512 * 1024 * 1024
# In transport streams ffmpeg closes gaps of more than ten seconds, which would make everything after them too early.
KEEP_GAPS = ("-dts_delta_threshold", "1000000", "-dts_error_threshold", "1000000")  # seconds
LAST_WORDS = 2000  # lines of ffmpeg output that are kept
BROKEN = r"Error submitting packet to decoder|[Cc]oncealing \d+ DC|\[in#[^\]]*\] \[error\]"


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits for an upload: length, picture size, and memory and time of the processes that read it.

    Memory and processor time are enforced by the system where possible (Linux); length, pixels and wall time
    everywhere.
    """

    hours: float = 4.0
    pixels: int = 8192 * 4608
    memory_bytes: int = 6 << 30
    seconds: float = 3600.0  # wall time of one run; also the limit of processor time per core


limits = Limits()  # the current limits; `set_limits` changes them for the whole process

_running: set[subprocess.Popen[bytes]] = set()
_lock = threading.Lock()
_stopped = threading.Event()


class Output(NamedTuple):
    """The output of an ffmpeg run."""

    stdout: bytes
    stderr: str


@lru_cache(maxsize=1)
def ffmpeg_exe() -> str:
    """The ffmpeg of imageio-ffmpeg, or the one in IMAGEIO_FFMPEG_EXE.

    Raises:
        ReelmakerError: there is none, or it cannot be run.
    """
    named = os.environ.get("IMAGEIO_FFMPEG_EXE")
    if named:
        if not (Path(named).is_file() and os.access(named, os.X_OK)):
            raise ReelmakerError(
                f"IMAGEIO_FFMPEG_EXE is set to {named}, which is not a program.",
                "Correct or unset that variable.",
            )
        return named
    import imageio_ffmpeg

    try:
        return str(imageio_ffmpeg.get_ffmpeg_exe())
    except RuntimeError:
        raise ReelmakerError(
            "There is no ffmpeg on this machine.",
            "Install ffmpeg and set its path: IMAGEIO_FFMPEG_EXE=/path/to/ffmpeg.",
        ) from None


def ffmpeg_identity() -> str:
    """Identifies an ffmpeg without starting it: name, size and time of the file."""
    path = Path(ffmpeg_exe())
    facts = path.stat()
    return f"{path.name} {facts.st_size} {facts.st_mtime_ns}"


def ffmpeg_version() -> str:
    """The version that ffmpeg prints, for `doctor` and the manifest."""
    first = run(["-version"]).stdout.decode("utf-8", "replace").splitlines()[0]
    match = re.match(r"ffmpeg version (\S+)", first)
    return match[1] if match else first


def source(path: Path) -> list[str]:
    """`-i` for an upload, with all options that stop it from opening other files or using too much memory."""
    options = [part for name, value in allowed().items() for part in (f"-{name}", str(value))]
    return [*options, "-i", f"file:{path}"]


def allowed() -> dict[str, str | int]:
    """Input options that stop an upload from opening other files, using rare decoders or too much memory."""
    return {
        "protocol_whitelist": PROTOCOLS,
        "format_whitelist": FORMATS,
        "codec_whitelist": CODECS,
        "max_pixels": limits.pixels,
    }


def beside(length: Sequence[str] = ()) -> list[str]:
    """A second output that decodes nothing, so that ffmpeg also reads the picture's packets for its timestamps.

    In a transport stream it lets the used tracks begin at zero, whenever they began in the file.
    """
    return ["-map", "0:v?", "-c", "copy", *length, "-f", "null", "-"]


def complaints(stderr: str) -> int:
    """How many packets and frames could not be decoded."""
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
        what: the clip or file, for the error message.
        take: reads the output while ffmpeg runs; its result becomes `stdout`.

    Raises:
        RenderError: it failed or exceeded its limit; the message contains its last lines.
        DiskFull: it reported that no space is left.
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
    stderr_lines: deque[bytes] = deque(maxlen=LAST_WORDS)
    drain = threading.Thread(target=lambda: stderr_lines.extend(process.stderr), daemon=True)  # type: ignore[arg-type]
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
    stderr = b"".join(stderr_lines).decode("utf-8", "replace")
    if code:
        raise _failure(what, code, stderr, over and f"ran longer than {limit_s:.0f} s")
    return Output(stdout, stderr)


def start(command: Sequence[str], **options: Any) -> subprocess.Popen[bytes]:
    """Start a process in its own group, registered for `stop_all`; `ended` unregisters it."""
    with _lock:  # so that `stop_all` either sees the process or keeps it from starting
        if _stopped.is_set():
            raise RenderError("stopped")
        process_reaper.expect()
        process = subprocess.Popen(command, start_new_session=os.name == "posix", **options)
        process_reaper.started(process.pid)
        _running.add(process)
    return process


def running() -> int:
    """How many processes are registered."""
    return len(_running)


def ended(process: subprocess.Popen[bytes]) -> None:
    """Unregister a finished process and close its pipes."""
    with _lock:
        _running.discard(process)
    process_reaper.ended(process.pid)


def set_limits(new: Limits) -> None:
    """Set the limits for everything started from now on."""
    global limits
    limits = new


def hold(pid: int, limit_s: float) -> None:
    """Let the system enforce memory and processor time of a process, where supported."""
    try:
        import resource

        cores = os.cpu_count() or 1
        seconds = int(limit_s * cores) + 1
        resource.prlimit(pid, resource.RLIMIT_AS, (limits.memory_bytes, limits.memory_bytes))
        resource.prlimit(pid, resource.RLIMIT_CPU, (seconds, seconds))
        resource.prlimit(pid, resource.RLIMIT_CORE, (0, 0))
    except (ImportError, AttributeError, OSError, ValueError):
        pass  # not Linux, or the process has already ended


def stop_all() -> None:
    """Kill every running ffmpeg and start no other: the build was interrupted."""
    with _lock:
        _stopped.set()
        processes = list(_running)
    for process in processes:
        kill(process)


def resume() -> None:
    """Allow runs again after `stop_all`."""
    _stopped.clear()


def _feed(process: subprocess.Popen[bytes], blocks: Iterable[bytes], unfed: list[BaseException]) -> None:
    """Write the blocks to ffmpeg; an exception while producing them is kept, and ffmpeg is stopped."""
    pipe = process.stdin
    assert pipe is not None
    try:
        for block in blocks:
            try:
                pipe.write(block)
            except OSError:
                break  # ffmpeg ended early; its exit code says why
    except BaseException as problem:  # noqa: BLE001 - it is raised again where the run is waited for
        unfed.append(problem)
        kill(process)
    finally:
        try:
            pipe.close()
        except OSError:
            pass


def kill(process: subprocess.Popen[bytes]) -> None:
    """Kill a process and all its children."""
    try:
        if os.name == "posix":
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
    except (ProcessLookupError, PermissionError):
        pass  # it ended by itself


def _failure(what: str, code: int, stderr: str, timeout: str | bool) -> ReelmakerError:
    lines = [
        re.sub(r"^(\[[^\]]*\] ?)+", "", line) for line in stderr.splitlines() if "[error]" in line or "[fatal]" in line
    ]
    reason = timeout or (lines[-1] if lines else f"ended with {code}")
    subject = f"{what}: " if what else ""
    if os.strerror(errno.ENOSPC) in stderr or "No space left" in stderr:
        return DiskFull(f"{subject}no space is left on the disk.", "Free some space and run the build again.")
    if os.strerror(errno.EFBIG) in stderr or code == -getattr(signal, "SIGXFSZ", 0):
        return DiskFull(f"{subject}a file became larger than is allowed here.", "Raise the limit (ulimit -f).")
    return RenderError(f"{subject}ffmpeg failed: {reason}.", "Run again with -v for details.")
