"""`python -m confsync`: the command line, and nothing else."""

from confsync.cli import main

if __name__ == "__main__":
    main()
