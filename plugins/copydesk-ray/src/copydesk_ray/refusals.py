"""What ends a run: the errors, with what to do next."""

from __future__ import annotations

from copydesk import PluginError


def unreachable(address: str, error: Exception) -> PluginError:
    """There is no such cluster, or it cannot be started."""
    return PluginError(
        f"Ray cannot be had: {first_line(error)}",
        where=f"Ray at {address}",
        next_step="look at ray status there, or choose another with --ray-address",
    )


def lost(address: str, silent: str) -> PluginError:
    """Nobody answers any more."""
    return PluginError(
        f"the cluster is lost: nobody answers at {silent} any more",
        where=f"Ray at {address}",
        next_step="start it again, and run the same again: what is done stays done",
    )


def without_processes(address: str, seconds: float) -> PluginError:
    """No process begins, and none is at work."""
    return PluginError(
        f"no worker process began within {seconds:g} seconds",
        where=f"Ray at {address}",
        next_step="look at ray status there: its processors may be taken",
    )


def cannot_begin(address: str, error: Exception) -> PluginError:
    """A process ends as soon as it begins."""
    return PluginError(
        f"a worker process could not begin: {first_line(error)}",
        where=f"Ray at {address}",
        next_step="install the same copydesk and plugins on all machines",
    )


def first_line(error: BaseException) -> str:
    """The name of an error, and the first line of what it says."""
    text = str(error).strip().splitlines()
    return f"{type(error).__name__}: {text[0]}" if text else type(error).__name__
