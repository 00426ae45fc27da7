from __future__ import annotations

from datetime import UTC, datetime

import pytest

from guidance.duration import Duration

MOMENT = datetime(2026, 1, 31, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("P0D", datetime(2026, 1, 31, 12, tzinfo=UTC)),
        ("P3D", datetime(2026, 2, 3, 12, tzinfo=UTC)),
        ("P2W", datetime(2026, 2, 14, 12, tzinfo=UTC)),
        ("P1M", datetime(2026, 2, 28, 12, tzinfo=UTC)),
        ("P12M", datetime(2027, 1, 31, 12, tzinfo=UTC)),
        ("PT24H", datetime(2026, 2, 1, 12, tzinfo=UTC)),
        ("P1M1DT1H", datetime(2026, 3, 1, 13, tzinfo=UTC)),
    ],
)
def test_a_duration_counts_from_a_moment(text: str, after: datetime) -> None:
    assert Duration.parse(text).after(MOMENT) == after


@pytest.mark.parametrize("text", ["", "P", "PT", "3D", "P3", "P-3D", "P3D ", "P1Y", "P1.5D", "P٣D", "PT3M", "P99999D"])
def test_what_is_not_a_duration_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        Duration.parse(text)


@pytest.mark.parametrize("text", ["P0D", "P3D", "P14D", "P1M", "PT24H", "P1M1DT1H"])
def test_a_duration_is_written_as_it_is_read(text: str) -> None:
    assert str(Duration.parse(text)) == text
