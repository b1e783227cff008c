"""Writes those questions of a JSON Lines file that belong to a set.

python -m benchmarks.subset benchmarks/own_corpus.jsonl --set gazette --output build/evaluate/gazette.jsonl
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("questions", type=Path)
    parser.add_argument("--set", required=True, help="the value of the key set")
    parser.add_argument("--output", type=Path, required=True)
    given = parser.parse_args()
    lines = given.questions.read_text(encoding="utf-8").splitlines()
    kept = [line for line in lines if line.strip() and json.loads(line).get("set") == given.set]
    if not kept:
        raise SystemExit(f"{given.questions} has no question of the set {given.set}")
    given.output.write_text("".join(f"{line}\n" for line in kept), encoding="utf-8")


if __name__ == "__main__":
    main()
