"""How many examples are tried of what chance may come up with: a third in the quick suite, all in the whole one.

``--hypothesis-profile=whole`` is what `make test-all` asks for. The examples of a profile are so many of a hundred.
"""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("quick", max_examples=33)
settings.register_profile("whole", max_examples=100)
settings.load_profile("quick")


def tried(whole: int) -> int:
    """How many examples are tried where the whole suite tries ``whole``; at least one."""
    return max(1, whole * settings().max_examples // 100)
