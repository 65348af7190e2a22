"""Ray itself: the connection to a cluster, and the actors on it. Only this module says how Ray is to be set up."""

from __future__ import annotations

import logging
import os
import socket
from typing import Any

# Read by Ray when it is imported. Nobody asked for reports of usage over the network; and workers are to run in the
# environment that is there, not in one that `uv run` would make anew of the current folder.
for _name in ("RAY_USAGE_STATS_ENABLED", "RAY_ENABLE_UV_RUN_RUNTIME_ENV"):
    os.environ.setdefault(_name, "0")

import ray  # noqa: E402 -- after what it reads
from ray._private import worker as _driver  # noqa: E402
from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy  # noqa: E402

from copydesk_ray.actor import Worker, last_steps  # noqa: E402
from copydesk_ray.address import LOCAL  # noqa: E402

_STORE = 128 * 2**20
"""Bytes for objects of a cluster that is started for one run. Documents of 20 MB at most pass through, one a worker."""
_ANSWER = 10.0
"""Seconds that a cluster has to answer."""


def connect(address: str, processes: int | None) -> int:
    """Connect this process to a cluster.

    Parameters:
        address: as `ray.init` takes it; `local`: one is started, which ends with this process.
        processes: how many are to run there; for one that is started.

    Returns:
        How many processors it has.

    Raises:
        Exception: what Ray raises if there is no such cluster, or it cannot be started.
    """
    # What Ray notices of dead workers it prints to standard output, where a report may go. The run tells of them.
    _driver.print_to_stdstream = lambda *_, **__: None
    logging.getLogger("ray").setLevel(logging.ERROR)
    settings: dict[str, Any] = {"configure_logging": False, "log_to_driver": False}
    if address == LOCAL:
        settings |= {
            "num_cpus": processes or len(_cores()),
            "object_store_memory": _STORE,
            "include_dashboard": False,
        }
    else:
        knock(address, _ANSWER)
    ray.init(address=address, **settings)
    return max(1, int(ray.cluster_resources().get("CPU", 1)))


def knock(address: str, seconds: float) -> None:
    """Make sure that somebody answers at `host:port`: Ray would try for minutes, and then end this process.

    Raises:
        OSError: nobody does.
    """
    host, _, port = address.removeprefix("ray://").rpartition(":")
    if host and port.isdecimal():
        socket.create_connection((host.strip("[]"), int(port)), timeout=seconds).close()


def vital_addresses(address: str) -> list[str]:
    """Where those listen without whom this process has no cluster.

    Parameters:
        address: what it is connected to.

    Returns:
        Addresses of the head and of what Ray runs on this machine; or of the proxy, if this is none of the cluster.
    """
    if address.startswith("ray://"):
        return [address]
    here = ray.get_runtime_context()
    own = [node for node in ray.nodes() if node["NodeID"] == here.get_node_id()]
    return [here.gcs_address, *(f"{node['NodeManagerAddress']}:{node['NodeManagerPort']}" for node in own)]


def make_actor() -> Any:
    """Ask for one worker. It is not started again by Ray: who starts it anew wants to know what it died of."""
    options = {"num_cpus": 1, "max_restarts": 0, "max_task_retries": 0, "scheduling_strategy": "SPREAD"}
    return ray.remote(**options)(Worker).remote()


def ask_for_last_steps(node: str, folder: str, number: int) -> Any:
    """Have `last_steps` called on the machine on which a worker died.

    Parameters:
        node: id of the machine.
        folder: of the worker.
        number: of the task that it was at.

    Returns:
        Ray's reference to the answer; there is none, but an error, if the machine is lost as well.
    """
    there = NodeAffinitySchedulingStrategy(node_id=node, soft=False)
    return ray.remote(num_cpus=0, max_retries=0, scheduling_strategy=there)(last_steps).remote(folder, number)


def disconnect() -> None:
    """Leave the cluster, and end it if it was started for this run."""
    ray.shutdown()


def _cores() -> set[int]:
    if hasattr(os, "sched_getaffinity"):
        return os.sched_getaffinity(0)
    return set(range(os.cpu_count() or 1))
