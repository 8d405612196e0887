"""Whether a build that is there may still be shown: consents, audience, uploads that are gone, faces to be blurred."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from reelmaker.model import blur_consent
from reelmaker.model.consent import EXTERNAL
from reelmaker.model.survey import Survey
from reelmaker.project.config import Project
from reelmaker.project.library import Library
from reelmaker.publish import changes as publish_changes


def unblurred(project: Project, blurs: Mapping[str, str], manifest: Mapping[str, Any]) -> set[str]:
    """The answers whose faces a reel shows although they must be blurred. `blurs`: answer -> its column."""
    external = manifest.get("reel", {}).get("audience") == EXTERNAL
    hidden = {id for id, word in blurs.items() if blur_consent.wanted(word, project.blur, external)}
    return {response for response, blurred in publish_changes.faces_of(manifest) if not blurred} & hidden


def unusable(project: Project, library: Library, survey: Survey, manifest: Mapping[str, Any]) -> bool:
    """Whether a manifest contains words of an answer without consent for its audience, or of a missing upload;
    or its pictures show a face that must be blurred."""
    uploads = library.uploads()
    present = {upload.response for upload in uploads.values()}
    if unblurred(project, survey.blurs, manifest):
        return True
    for response, file in publish_changes.people_of(manifest).items():
        reason = survey.left_out.get(response, ("", ""))[1]
        external = manifest.get("reel", {}).get("audience") == EXTERNAL
        if reason in ("withdrawn", "expired") or (reason == "audience" and external):
            return True
        if response not in present and not (file in uploads and (project.uploads / file).is_file()):
            return True
    return False
