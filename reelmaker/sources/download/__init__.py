"""The only place that downloads answers: web links and fsspec addresses, into a partial file, completely or not at all.

url_policy      what a link is, whether it may be followed, who gets secrets
http            a link -> a file, with resuming, retries, limits
remote_storage  files below s3://, sftp://, file:// … -> files
partial_file    an unfinished download
errors          why a download failed

Only `sources/fetch.py` uses it; a build never does.
"""

from reelmaker.sources.download import url_policy
from reelmaker.sources.download.errors import Unfetched
from reelmaker.sources.download.http import Got, Rules, Web, looks_like
from reelmaker.sources.download.partial_file import Marks, PartialFile
from reelmaker.sources.download.remote_storage import MEDIA, TABLE, Found, Share, installed

__all__ = [
    "MEDIA",
    "TABLE",
    "Found",
    "Got",
    "Marks",
    "PartialFile",
    "Rules",
    "Share",
    "Unfetched",
    "Web",
    "installed",
    "looks_like",
    "url_policy",
]
