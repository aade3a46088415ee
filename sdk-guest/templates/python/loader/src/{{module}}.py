"""Data files of lines `name = value`, as a document."""

from __future__ import annotations

from noorm_guest import Data, DataFile, Problem, document_loader

# JSON Schema: noorm checks a user's options against it, and the defaults are filled in.
OPTIONS = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "comment": {"type": "string", "minLength": 1, "default": "#", "description": "What a comment begins with"},
    },
}


@document_loader(
    name="{{name}}",
    version="0.1.0",
    summary="name = value files as a document",
    extensions=["{{word}}"],
    options=OPTIONS,
)
def load(file: DataFile) -> Data:
    """Reads a file, or raises what is wrong with it and where."""
    comment = file.options.get("comment", "#")
    values: dict[str, str] = {}
    for line in file.lines():
        text = line.text.strip()
        if not text or text.startswith(comment):
            continue
        name, sign, value = (part.strip() for part in text.partition("="))
        if not name or not sign:
            help = f"begin a comment with `{comment}`"
            raise Problem("no-name", "this line is not `name = value`", at=line.at(), help=help)
        if name in values:
            raise Problem("duplicate-name", f"`{name}` has a value already", at=line.at(), help="remove one of them")
        values[name] = value
    return values
