"""Which plugins make articles, and which of them cannot now: without them every article would be another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from copydesk.errors import PluginError
from copydesk.running.outputs.folder import OutputFolder
from copydesk.running.state import State


@dataclass(frozen=True, slots=True)
class Contributors:
    """Plugins with readers or rules, by entry point.

    Parameters:
        loaded: those of this run.
        broken: those that did not load, whatever is in them, with the reason.
    """

    loaded: frozenset[str]
    broken: Mapping[str, PluginError]

    def check(self, state: State, output: OutputFolder) -> None:
        """See that none of the last run is broken now, and remember those of this one.

        Parameters:
            state: of the output folder.
            output: the output folder.

        Raises:
            PluginError: one is. Who uninstalls it means to do without it; who only finds it broken does not.
        """
        known = state.contributors
        for plugin, error in self.broken.items():
            if plugin in known:
                raise PluginError(
                    f"{error.what}, and its readers and rules took part in the last run to {output.name}",
                    where=error.where,
                    next_step="repair it, or uninstall it to have all made again without",
                ) from error.__cause__
        if known != self.loaded:
            state.contributors = self.loaded
