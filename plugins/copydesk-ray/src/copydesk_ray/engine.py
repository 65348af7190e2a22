"""The engine as the command line sees it. Ray itself, which takes seconds to import, is left to `crew`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.util import find_spec

from copydesk import UsageError
from copydesk.running.crew import Crew
from copydesk.running.engine import Engine
from copydesk.running.worker import Start
from copydesk_ray.address import address_of


@dataclass(frozen=True)
class RayOptions:
    """Where Ray runs.

    Parameters:
        address: of a cluster, as `ray.init` takes it; `local`: one of this machine alone, which is started for the run;
            empty: what RAY_ADDRESS says, else `local`.
    """

    address: str = field(
        default="",
        metadata={"help": "address of a cluster, or local (default: RAY_ADDRESS, else processes of this machine)"},
    )


class RayEngine(Engine[RayOptions]):
    """Converts in processes of a Ray cluster.

    Raises:
        UsageError: Ray is not installed.
    """

    name = "ray"
    Options = RayOptions

    def __init__(self, options: RayOptions) -> None:
        super().__init__(options)
        if find_spec("ray") is None:
            raise UsageError("Ray is not installed", where="--engine ray", next_step='pip install "ray>=2.60,<3"')

    def crew(self, start: Start, jobs: int | None, providers: Mapping[str, str]) -> Crew:
        """Make the crew; it connects to the cluster when it is given the first document."""
        from copydesk_ray.crew import RayWorkers

        return RayWorkers(start, jobs, providers, address_of(self.options.address))
