"""`python -m reelmaker` is the command `reelmaker`."""

from reelmaker.cli.app import main

if __name__ == "__main__":
    main()
