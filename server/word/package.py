"""The file as a package (ECMA-376 Part 2): what is no Word file, or was made to hurt, is refused before it is read."""

import zipfile
from io import BytesIO

from docx.opc.package import OpcPackage
from docx.opc.part import Part

from server.word.errors import MOST_BYTES, Unreadable

MOST_ENTRIES = 3000
MOST_UNPACKED = 120 * 1024 * 1024
MOST_XML = 40 * 1024 * 1024  # of one part
MOST_RATIO = 250  # unpacked to packed; honest XML stays below 50
SMALL = 256 * 1024  # a part this short may be packed as well as it likes

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MAIN_TYPES = (
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.template.main+xml",
    "application/vnd.ms-word.document.macroEnabled.main+xml",
    "application/vnd.ms-word.template.macroEnabledTemplate.main+xml",
)
_DECLARATIONS = tuple(
    mark.encode(code) for mark in ("<!DOCTYPE", "<!ENTITY") for code in ("ascii", "utf-16-le", "utf-16-be")
)


def open_package(data: bytes) -> OpcPackage:
    """The package, all its parts read. Raises `Unreadable`."""
    if not data:
        raise Unreadable("empty")
    if len(data) > MOST_BYTES:
        raise Unreadable("too_big")
    if data.startswith(_OLE):
        raise Unreadable("old_word")
    if not data.startswith(b"PK"):
        raise Unreadable("not_word")
    _check_archive(data)
    try:
        package = OpcPackage.open(BytesIO(data))
        main = package.main_document_part
    except KeyError:
        raise Unreadable("not_word") from None
    except Exception as error:
        raise Unreadable("nested" if "depth" in str(error).lower() else "damaged") from error
    if main.content_type not in _MAIN_TYPES:
        raise Unreadable("not_word")
    return package


def has_macros(package: OpcPackage) -> bool:
    return any("vbaProject" in str(part.partname) for part in package.iter_parts())


def related(part: Part, kind: str) -> list[Part]:
    """The parts of this kind (the end of its relationship's type) that a part names inside the package."""
    return [
        rel.target_part for rel in part.rels.values() if not rel.is_external and rel.reltype.rsplit("/", 1)[-1] == kind
    ]


def _check_archive(data: bytes) -> None:
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            wrong = _wrong_with(archive)
    except Exception as error:
        raise Unreadable("damaged") from error
    if wrong:
        raise Unreadable(wrong)


def _wrong_with(archive: zipfile.ZipFile) -> str:
    """A code of `Unreadable`, or "". What is unpacked to look is bounded by the sizes that were added up before."""
    entries = archive.infolist()
    names = {entry.filename for entry in entries}
    unpacked = sum(entry.file_size for entry in entries)
    if len(entries) > MOST_ENTRIES or len(names) < len(entries) or unpacked > MOST_UNPACKED:
        return "bomb"
    if "[Content_Types].xml" not in names:
        return "not_word"
    for entry in entries:
        is_xml = entry.filename.endswith((".xml", ".rels"))
        if entry.flag_bits & 1:
            return "old_word"  # a password keeps it shut
        swollen = entry.file_size > max(SMALL, MOST_RATIO * entry.compress_size)
        if swollen or (is_xml and entry.file_size > MOST_XML):
            return "bomb"
        # What a document type could do (entities that multiply, or fetch files) no Word file needs.
        content = archive.read(entry) if is_xml else b""
        if any(mark in content for mark in _DECLARATIONS):
            return "entities"
    return ""
