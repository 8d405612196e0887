"""The only door to the network for answers: web links and addresses of fsspec, brought aside, whole or not at all.

address what a link is, whether it may be followed, who gets secrets
web     a link -> a file, with resuming, retries, limits
shares  what lies below s3://, sftp://, file:// … -> files
aside   a file that is on its way
trouble why one did not come

Only `fetching` calls it; a build never does.
"""

from reelmaker.sources.download import url_policy
from reelmaker.sources.download.errors import Unfetched
from reelmaker.sources.download.http import Got, Rules, Web, looks_like
from reelmaker.sources.download.partial_file import Aside, Marks
from reelmaker.sources.download.remote_storage import MEDIA, TABLE, Found, Share, installed

__all__ = [
    "MEDIA",
    "TABLE",
    "Aside",
    "Found",
    "Got",
    "Marks",
    "Rules",
    "Share",
    "Unfetched",
    "Web",
    "installed",
    "looks_like",
    "url_policy",
]
