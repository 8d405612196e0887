"""The only door to the network for answers: web links and addresses of fsspec, brought aside, whole or not at all.

address what a link is, whether it may be followed, who gets secrets
web     a link -> a file, with resuming, retries, limits
shares  what lies below s3://, sftp://, file:// … -> files
aside   a file that is on its way
trouble why one did not come

Only `fetching` calls it; a build never does.
"""

from reelmaker.transfer import address
from reelmaker.transfer.aside import Aside, Marks
from reelmaker.transfer.shares import MEDIA, TABLE, Found, Share, installed
from reelmaker.transfer.trouble import Unfetched
from reelmaker.transfer.web import Got, Rules, Web, looks_like

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
    "address",
    "installed",
    "looks_like",
]
