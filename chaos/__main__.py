"""python -m chaos: every process that is forked loads this file again, so it loads nothing by itself."""

import sys

if __name__ == "__main__":
    from chaos.command import main

    sys.exit(main())
