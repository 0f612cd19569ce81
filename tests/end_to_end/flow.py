"""The application as its users meet it: documents go in, answers with sources come out, deleted ones are gone.

`cargo xtask test application` runs it against services on this machine, `cargo xtask test images` against containers.
It is one file, because it is handed to the Python of mcp-server as it is: that has an HTTP client, and the official
client of the Model Context Protocol. It makes its documents itself, and prints TAP.
"""

import asyncio
import io
import json
import os
import sys
import time
import traceback
import zipfile
from collections.abc import Awaitable, Callable
from typing import Any

import httpx2
from mcp import Client

ADMIN, RAG, MCP = (os.environ[name].rstrip("/") for name in ("ADMIN_URL", "RAG_URL", "MCP_URL"))
DEADLINE_SECONDS = 60

PDF_NAME, DOCX_NAME, HTML_NAME = "Harbour Rules.pdf", "Bakery Handbook.docx", "telescope.html"


def pdf(pages: list[str]) -> bytes:
    """Return a PDF that shows one line of text on each page."""
    font = 3 + 2 * len(pages)
    kids = " ".join(f"{3 + 2 * number} 0 R" for number in range(len(pages)))
    objects = ["<< /Type /Catalog /Pages 2 0 R >>", f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>"]
    for number, text in enumerate(pages):
        shown = f"BT /F1 12 Tf 50 700 Td ({text}) Tj ET"
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents {4 + 2 * number} 0 R "
            f"/Resources << /Font << /F1 {font} 0 R >> >> >>"
        )
        objects.append(f"<< /Length {len(shown)} >>\nstream\n{shown}\nendstream")
    objects.append("<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>")
    data, offsets = b"%PDF-1.4\n", list[int]()
    for number, body in enumerate(objects, start=1):
        offsets.append(len(data))
        data += f"{number} 0 obj\n{body}\nendobj\n".encode()
    table = "".join(f"{offset:010} 00000 n \n" for offset in offsets)
    size, start = len(objects) + 1, len(data)
    trailer = f"trailer\n<< /Size {size} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n"
    return data + f"xref\n0 {size}\n0000000000 65535 f \n{table}{trailer}".encode()


def docx(paragraphs: list[str]) -> bytes:
    """Return a Word document of plain paragraphs."""
    body = "".join(f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>" for text in paragraphs)
    office = "http://schemas.openxmlformats.org"
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    files = {
        "[Content_Types].xml": f'<Types xmlns="{office}/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/word/document.xml" ContentType="{kind}"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{office}/package/2006/relationships"><Relationship Id="rId1" '
        f'Type="{office}/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/>'
        "</Relationships>",
        "word/document.xml": f'<w:document xmlns:w="{office}/wordprocessingml/2006/main">'
        f"<w:body>{body}</w:body></w:document>",
    }
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name, f'<?xml version="1.0" encoding="UTF-8"?>{text}')
    return packed.getvalue()


DOCUMENTS = {
    PDF_NAME: pdf(
        [
            "The harbour master assigns every berth in the morning.",
            "Foghorns are sounded every ninety seconds while visibility is poor.",
            "Crews report spilled oil to the pollution officer at once.",
        ]
    ),
    DOCX_NAME: docx(
        [
            "The sourdough starter is fed with rye flour at six in the evening.",
            "Croissants rest in the cold room for eleven hours before baking.",
        ]
    ),
    HTML_NAME: b"<!doctype html><html><head><title>Telescope</title></head><body><h1>Telescope</h1>"
    b"<p>The primary mirror is cleaned with carbon dioxide snow twice a year.</p></body></html>",
}

admin = httpx2.AsyncClient(
    base_url=ADMIN, timeout=30, headers={"Authorization": f"Bearer {os.environ.get('ADMIN_TOKEN', '')}"}
)
rag = httpx2.AsyncClient(base_url=RAG, timeout=30)


async def upload_all() -> None:
    """Every document is accepted, and is ready in the end."""
    for name, data in DOCUMENTS.items():
        answer = await admin.post("/upload_file", files={"file": (name, data)})
        assert answer.status_code == 202, f"{name}: {answer.status_code} {answer.text}"
    deadline = time.monotonic() + DEADLINE_SECONDS
    statuses = await all_statuses()
    while {status["state"].lower() for status in statuses} & {"processing", "uploading"}:
        assert time.monotonic() < deadline, f"not ready after {DEADLINE_SECONDS} s: {statuses}"
        await asyncio.sleep(0.1)
        statuses = await all_statuses()
    found = {status["file_name"]: (status["state"].lower(), status["reason"]) for status in statuses}
    assert found == dict.fromkeys(DOCUMENTS, ("ready", None)), found


async def all_statuses() -> list[dict[str, str]]:
    """Return what admin-backend says of all documents."""
    answer = await admin.get("/all_documents_status")
    assert answer.status_code == 200, f"{answer.status_code} {answer.text}"
    return answer.json()


async def ask(question: str) -> dict[str, Any]:
    """Return the answer of rag-backend."""
    answer = await rag.post("/chat/end-to-end", json={"message": question})
    assert answer.status_code == 200, f"{answer.status_code} {answer.text}"
    return answer.json()


def check(answer: dict[str, Any], words: str, source: str, page: int | None) -> None:
    """See that an answer holds some words, and that its first citation is the right one."""
    assert words in answer["answer"], answer
    assert answer["citations"], answer
    first = answer["citations"][0]
    assert (first["source"], first["page"]) == (source, page), answer


async def cite_pdf() -> None:
    """A question about the PDF is answered from the right page."""
    check(await ask("How often are the foghorns sounded?"), "ninety seconds", PDF_NAME, 2)


async def cite_docx() -> None:
    """A question about the Word document is answered from it."""
    check(await ask("With which flour is the sourdough starter fed?"), "rye flour", DOCX_NAME, None)


async def cite_html() -> None:
    """A question about the web page is answered from it."""
    check(await ask("How is the primary mirror cleaned?"), "carbon dioxide snow", HTML_NAME, None)


async def ask_through_mcp() -> None:
    """The official client finds the tools, and gets the same answer."""
    async with Client(f"{MCP}/mcp") as client:
        tools = {tool.name for tool in (await client.list_tools()).tools}
        assert {"chat_simple", "chat_with_history"} <= tools, tools
        result = await client.call_tool("chat_simple", {"question": "Who assigns every berth?"})
    assert not result.is_error, result
    content = result.structured_content
    if content is None:
        content = json.loads("".join(part.text for part in result.content if part.type == "text"))
    check(content, "harbour master", PDF_NAME, 1)


async def list_unanswered() -> None:
    """A question that the documents do not answer is listed for the administrators."""
    question = "What does the aquarium feed its octopus?"
    answer = await ask(question)
    if answer["finish_reason"] == "generated":
        # Where there is a language model, it decides what the documents answer; the one of the tests always answers.
        return
    assert answer["finish_reason"] == "nothing_found", answer
    deadline = time.monotonic() + DEADLINE_SECONDS
    while True:
        reports = await admin.get("/feedback", params={"kind": "unanswered"})
        assert reports.status_code == 200, f"{reports.status_code} {reports.text}"
        if question in {report["question"] for report in reports.json()}:
            return
        assert time.monotonic() < deadline, f"not listed after {DEADLINE_SECONDS} s: {reports.text}"
        await asyncio.sleep(0.1)


async def delete_pdf() -> None:
    """A deleted document is neither listed nor found; the others still are."""
    names = {status["file_name"]: status["identification"] for status in await all_statuses()}
    path = f"/delete_document/{names[PDF_NAME]}"
    answer = await admin.delete(path)
    assert answer.is_success, f"{answer.status_code} {answer.text}"
    assert {status["file_name"] for status in await all_statuses()} == {DOCX_NAME, HTML_NAME}
    for question in ("How often are the foghorns sounded?", "Who assigns every berth?"):
        found = await ask(question)
        assert PDF_NAME not in json.dumps(found), found
    assert (await admin.delete(path)).status_code == 404
    await cite_docx()


async def main() -> int:
    """Take each step in turn; what follows a step that failed is not tried."""
    steps: list[Callable[[], Awaitable[None]]] = [
        upload_all, cite_pdf, cite_docx, cite_html, ask_through_mcp, list_unanswered, delete_pdf,
    ]  # fmt: skip
    print(f"TAP version 14\n1..{len(steps)}")
    for number, step in enumerate(steps, start=1):
        said = (step.__doc__ or step.__name__).splitlines()[0]
        try:
            await step()
        except Exception:  # noqa: BLE001 - whatever it is, it is reported as the failure of this step
            print(f"not ok {number} - {said}")
            traceback.print_exc()
            return 1
        print(f"ok {number} - {said}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
