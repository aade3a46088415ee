"""What the author of a noorm plugin uses. Dialects are in `noorm_guest.dialect`.

Nothing here opens a file, a socket or a clock: a component has none.
"""

from .batch import Batch, BatchBuilder
from .cbor import Data, decode, encode
from .file import DataFile
from .files import read_file
from .lines import Line, LineSplitter
from .loader import Cell, LineReader, Opening, Row, Table, document_loader, line_loader, row_loader
from .log import log
from .position import Place, offset, position
from .problem import Problem, Problems, Unsupported

__all__ = [
    "Batch",
    "BatchBuilder",
    "Cell",
    "Data",
    "DataFile",
    "Line",
    "LineReader",
    "LineSplitter",
    "Opening",
    "Place",
    "Problem",
    "Problems",
    "Row",
    "Table",
    "Unsupported",
    "decode",
    "document_loader",
    "encode",
    "line_loader",
    "log",
    "offset",
    "position",
    "read_file",
    "row_loader",
]
