"""How hard the fuzz tests try: a little in `make test`, and as long as it is given in `make fuzz`."""

from __future__ import annotations

import os
from typing import Final

from hypothesis import settings

EXAMPLES: Final = int(os.environ.get("SEGL_FUZZ_EXAMPLES", "60"))
fuzzed: Final = settings(max_examples=EXAMPLES, deadline=None)
