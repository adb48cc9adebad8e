"""How often `cachelife live` agrees with the prediction, variant by variant.

Not part of ``python -m benchmarks``, because it takes minutes: ``python -m benchmarks.agreement``.
"""

from __future__ import annotations

from simulator.apps.preset import preset
from simulator.cli.living import live

RUNS = 20

if __name__ == "__main__":
    for variant in preset("evidence-video").variants:
        agreed = sum(live(None, variant).agreement.differs_at is None for _ in range(RUNS))
        print(f"live {variant}: agrees in {agreed} of {RUNS} runs", flush=True)
