"""Other files of the project, for a loader whose format points to them. It takes a world that imports `noorm:host/files`
(`linked-loader` or `linked-row-loader`), and a grant of the user's that names the files.
"""

from __future__ import annotations

from .file import DataFile
from .problem import Unsupported
from .wit import host_files


def read_file(path: str) -> DataFile:
    """Reads a file of the project. Raises what the host says: no grant names it, or there is no such file."""
    if host_files is None:
        raise Unsupported("this plugin was not built to read other files of the project")
    return DataFile(path, host_files.read(path))
