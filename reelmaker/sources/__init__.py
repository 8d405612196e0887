"""Where answers come from: exports of platforms, links, shared storage."""
