"""`python -m engineroom` is the command `engineroom`."""

from engineroom.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
