"""`python -m copydesk`, for machines on which another program owns the name `convert`."""

import sys

from copydesk.cli import main

sys.exit(main())
