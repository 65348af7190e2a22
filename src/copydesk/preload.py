"""What is loaded once, in a process that has no other task, and then forked into every worker process.

Importing it loads core, its models and lexicons, and the plugins of copydesk's own distributions. Those of strangers
are loaded by each worker: they may start threads or open connections, which do not survive a fork.
"""

import gc
from contextlib import suppress

from copydesk.plugins import Plugins, installed
from copydesk.provider import provider_of
from copydesk.recipe import Recipe
from copydesk.running.worker import warm_up

__all__ = ["Recipe"]  # what a worker is sent, with all that it needs

_entries = installed()
_strangers = {entry.name for entry in _entries if provider_of(entry).is_stranger}
with suppress(Exception):  # what is wrong, a worker will tell
    Plugins(only={entry.name for entry in _entries} - _strangers)
warm_up()
gc.freeze()  # what workers share stays shared: the collector would write to every page of it
