"""copydesk engine: many machines, by Ray (https://docs.ray.io)."""

from copydesk import hookimpl
from copydesk_ray.engine import RayEngine, RayOptions

__all__ = ["RayEngine", "RayOptions", "copydesk_register_engines"]


@hookimpl
def copydesk_register_engines() -> list[type[RayEngine]]:
    """Give the engine `ray`."""
    return [RayEngine]
