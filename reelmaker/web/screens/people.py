"""People: what each customer agreed to and where they appear; forgetting one, and all data of one as a file.

Consent, audience, blur and promises are columns of responses.csv. They are shown here, and changed there: only the
customer decides.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from starlette.background import BackgroundTask
from starlette.responses import FileResponse, JSONResponse, Response

from reelmaker.errors import ProjectError, UnknownPerson
from reelmaker.ingest.responses_csv import TABLE
from reelmaker.model import DIGITS, blur_consent, consent
from reelmaker.privacy import access_package, access_request
from reelmaker.privacy import forget as privacy_forget
from reelmaker.privacy import people as privacy_people
from reelmaker.privacy.people import Answer, Customer
from reelmaker.web.endpoint import Asked, get, post
from reelmaker.web.jobs import Jobs
from reelmaker.web.workspace import Known, Workspace

AT_ONCE = 60
FORGET = "forget"
SHOWN = ("all", "refused", "external", "blurred", "promised", "reel")


class Receipts:
    """The receipt of the last erasure in this window."""

    def __init__(self) -> None:
        self.document: dict[str, Any] | None = None

    def keep(self, output: str) -> None:
        try:
            document = json.loads(output)
        except ValueError:
            return
        self.document = document if isinstance(document, dict) and "forgotten" in document else None


def show(workspace: Workspace, asked: Asked) -> dict[str, Any]:
    """Customers that pass the filter, a page of them; how many each filter shows; the running work."""
    known = workspace.known()
    everyone = _everyone(known)
    filter_name = asked.query.get("show", "all")
    wanted = [c for c in everyone if _passes(c, filter_name) and _has(c, asked.query.get("words", ""))]
    offset = asked.number("offset", most=1_000_000)
    return {
        "customers": [_customer(customer) for customer in wanted[offset : offset + AT_ONCE]],
        "total": len(wanted),
        "totals": {name: sum(_passes(customer, name) for customer in everyone) for name in SHOWN},
        "table": f"uploads/{TABLE}",
        "has_table": (known.project.uploads / TABLE).is_file(),
        "published": list(known.project.privacy.published),
        "job": workspace.part(Jobs, Jobs).facts(),
        "receipt": workspace.part(Receipts, Receipts).document,
    }


def planned(workspace: Workspace, asked: Asked) -> dict[str, Any]:
    """What forgetting a customer would erase; nothing is erased."""
    customer = _customer_of(workspace.known(), asked.path["answer"])
    keep = asked.query.get("keep", "") == "1"
    return privacy_forget.planned(workspace.project(), customer.id, keep) | {"typed": customer.label}


def forget(workspace: Workspace, asked: Asked) -> dict[str, Any]:
    """Forget a customer, as `reelmaker forget` does, in a process of its own; their label must have been typed."""
    customer = _customer_of(workspace.known(), asked.path["answer"])
    if asked.text("typed").strip() != customer.label.strip():
        raise ProjectError("Nothing was erased: what was typed is not the customer's name.", "Type it as it is shown.")
    receipts = workspace.part(Receipts, Receipts)
    receipts.document = None
    arguments = ["forget", customer.id, "--yes", "--json", "--project", str(workspace.project().folder)]
    keep = ["--keep-upload"] if asked.body.get("keep_upload") is True else []
    return workspace.part(Jobs, Jobs).start(FORGET, "", [*arguments, *keep], receipts.keep).facts()


def receipt(workspace: Workspace, _: Asked) -> Response:
    """The receipt of the last erasure, as a file."""
    document = workspace.part(Receipts, Receipts).document
    if document is None:
        raise ProjectError("Nothing was erased in this window.", "Go back to the list.")
    return JSONResponse(document, headers={"Content-Disposition": 'attachment; filename="receipt.json"'})


def export(workspace: Workspace, asked: Asked) -> Response:
    """All data of a customer as a zip, as `reelmaker export` writes it; it is kept nowhere."""
    customer = _customer_of(workspace.known(), asked.path["answer"])
    project = workspace.project()
    document = access_request.gather(project, customer.id)
    originals = access_request.paths(project, document) if asked.query.get("video", "") == "1" else []
    folder = Path(tempfile.mkdtemp(prefix="reelmaker-"))  # mode 0700
    name = f"access-request-{customer.id[:DIGITS]}.zip"
    try:
        path = access_package.write(project, document, folder / name, originals)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return FileResponse(
        path, media_type="application/zip", filename=name, background=BackgroundTask(shutil.rmtree, folder, True)
    )


def _everyone(known: Known) -> Sequence[Customer]:
    if not known.project.library.exists():
        return []
    return known.derived(("people",), lambda: privacy_people.customers(known.project))


def _customer_of(known: Known, answer: str) -> Customer:
    for customer in _everyone(known):
        if customer.id == answer:
            return customer
    raise UnknownPerson("This customer is no longer there.", "Reload the page.")


def _passes(customer: Customer, name: str) -> bool:
    if name == "refused":
        return any(consent.INTERNAL in answer.refused for answer in customer.answers)
    if name == "external":
        return any(consent.EXTERNAL not in answer.refused for answer in customer.answers)
    if name == "blurred":
        return any(answer.blurred for answer in customer.answers)
    if name == "promised":
        return bool(customer.promised)
    if name == "reel":
        return any(use.clips and not use.build for use in customer.uses)
    return True


def _has(customer: Customer, words: str) -> bool:
    text = " ".join(
        f"{a.response.name} {a.response.respondent} {a.response.file} {a.response.segment}" for a in customer.answers
    ).casefold()
    return all(word in text for word in words.casefold().split())


def _customer(customer: Customer) -> dict[str, Any]:
    return {
        "id": customer.id,
        "label": customer.label,
        "respondent": customer.answers[0].response.respondent,
        "segment": customer.answers[0].response.segment,
        "shows_name": any(answer.response.show_name for answer in customer.answers),
        "answers": [_answer(answer) for answer in customer.answers],
        "promised": customer.promised,
        "due": customer.due,
        "uses": [
            {"reel": use.reel, "build": use.build, "audience": use.audience, "clips": list(use.clips)}
            for use in customer.uses
        ],
    }


def _answer(answer: Answer) -> dict[str, Any]:
    response = answer.response
    return {
        "file": response.file,
        "date": response.date,
        "question": response.question,
        "consent": response.consent,
        "until": response.consent_until,
        "refused": dict(answer.refused),
        "blur": blur_consent.plain(response.blur),
        "blurred": list(answer.blurred),
        "rows": list(answer.rows),
        "unclear": list(answer.unclear),
    }


PATH = "/api/people/{answer}"
ROUTES = [
    get("/api/people", show),
    get("/api/people-receipt", receipt),
    get(f"{PATH}/forget", planned),
    get(f"{PATH}/export", export),
    post(f"{PATH}/forget", forget),
]
