"""Two columns in the picture of a page, told apart before recognition: a recogniser takes near ones for one line."""

import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8]
"""Shape (height, width, 3): blue, green, red."""

_INK = 0.6
"""What is darker than this share of the paper is ink."""
_MIDDLE = (0.35, 0.65)
_STRIP = 0.01
"""Width of the white strip between columns that is looked for, as a share of the page's width."""
_LEAST_HEIGHT = 0.08
_LEAST_INKED = 0.3
"""Share of the rows of a column that have ink; between lines there is none."""


def part_columns(picture: Picture) -> list[Picture]:
    """Part a page in two where it has two columns.

    Args:
        picture: The page.

    Returns:
        The page alone where no white strip runs down its middle; else the page without its second column, and the
        second column alone, each of the page's size.
    """
    height, width = picture.shape[:2]
    grey = picture.min(axis=2)
    paper = np.uint8(np.median(grey))
    ink = grey < paper * _INK
    strip = max(int(width * _STRIP), 4)
    first, last = (int(width * share) for share in _MIDDLE)
    if last - first <= strip or not ink.any():
        return [picture]
    # Rows with ink in the strip that begins at each place: differences of running sums along the rows.
    sums = np.cumsum(ink[:, first:last], axis=1, dtype=np.int32)
    crossed = (sums[:, strip:] - sums[:, :-strip]) > 0
    counts = crossed.sum(axis=0)
    best = np.flatnonzero(counts == counts.min())
    place = int(best[len(best) // 2])
    middle = first + place + 1 + strip // 2
    left, right = ink[:, :middle].any(axis=1), ink[:, middle:].any(axis=1)
    bands = [
        (top, foot)
        for top, foot in _runs(~crossed[:, place])
        if foot - top >= height * _LEAST_HEIGHT
        and left[top:foot].mean() >= _LEAST_INKED
        and right[top:foot].mean() >= _LEAST_INKED
    ]
    if not bands:
        return [picture]
    without, alone = picture.copy(), np.full_like(picture, paper)
    for top, foot in bands:
        alone[top:foot, middle:] = picture[top:foot, middle:]
        without[top:foot, middle:] = paper
    return [without, alone]


def _runs(free: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """First row and the row after the last of each run of True."""
    edges = np.flatnonzero(np.diff(np.concatenate(([0], free.astype(np.int8), [0]))))
    return [(int(top), int(foot)) for top, foot in zip(edges[::2], edges[1::2], strict=True)]
