"""Building an engine in a process of its own: `python -m tests.benchmarks.building ENGINE RULES` prints what it took.

Building ends with the first answer, because some engines only then compile.
"""

import gc
import json
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from tests.benchmarks.engines import installed
from tests.benchmarks.workload import REMEDIES, questions, rows


@dataclass(frozen=True, slots=True)
class Built:
    """Seconds until the first answer, and by how many MiB the process grew meanwhile."""

    seconds: float
    mebibytes: float


def build(engine: str, rules: int) -> Built:
    """Build the engine of this name in a fresh process."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.building", engine, str(rules)],
        capture_output=True,
        text=True,
        check=True,
    )
    return Built(**json.loads(done.stdout))


def _measured(name: str, rules: int) -> Built:
    engine = next(each for each in installed() if each.name == name)
    engine(rows(REMEDIES))  # whatever the library loads once
    found = rows(rules)
    asked = questions(rules // REMEDIES, 1)[0]
    gc.collect()
    before, start = _resident(), time.perf_counter()
    built = engine(found)
    built.ask(built.prepared(asked))
    seconds = time.perf_counter() - start
    gc.collect()
    return Built(seconds=seconds, mebibytes=_resident() - before)


def _resident() -> float:
    """This process's memory in MiB; 0 where the system does not tell."""
    status = Path("/proc/self/status")
    lines = status.read_text().splitlines() if status.exists() else []
    return sum(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS"))


if __name__ == "__main__":
    print(json.dumps(asdict(_measured(sys.argv[1], int(sys.argv[2])))))  # noqa: T201
