"""`python -m reconciler`, for where the `reconciler` command is not on the path."""

from reconciler.cli.main import main

if __name__ == "__main__":
    main()
