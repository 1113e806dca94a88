"""`python -m engineroom.cli` is the command `engineroom`."""

import sys

from engineroom.cli._main import main

sys.exit(main())
