"""Finds the plugin and the SDK where they lie in this project."""

import sys
from pathlib import Path

HERE = Path(__file__).parent.parent
sys.path[:0] = [str(HERE / folder) for folder in ("src", "vendor")]
