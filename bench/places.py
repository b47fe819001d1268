"""Where the bench finds and puts things."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
HARNESS_SOURCE = ROOT / "bench" / "harness"
RESULTS = ROOT / "bench" / "results"
README = ROOT / "bench" / "README.md"
BUILD = ROOT / "build" / "bench"
# The harness runs from a copy: its Node packages and unpacked trace stay out of the sources.
HARNESS = BUILD / "harness"
PEER = HARNESS / "peers" / "hocuspocus"
ROUNDTABLE = ROOT / ".venv" / "bin" / "roundtable"
