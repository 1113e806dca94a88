"""Break each kernel, one sign, operator or index at a time, and name every break that no test caught.

    python scripts/mutate.py python             the reference kernels: ops/ and numerics/
    python scripts/mutate.py native             the C++ kernels: each mutant is built, then tested
    python scripts/mutate.py native --each 4 --only adam

Works in a copy of the tree in a temporary folder; the working tree is never touched. A mutant is caught when the
tests fail, do not build, or do not end in time. Prints one line a mutant, and the survivors last; exit status 1 when
there are any. A survivor is a missing test, or a change that changes nothing.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TESTS = ["tests/numerics", "tests/ops", "tests/engine"]

# What is written -> what is written instead. Binary operators stand between spaces; the formatters see to that.
FLIPS = [
    (r"(?<=[\w)\]] )\+(?= [\w(\-])", "-"),
    (r"(?<=[\w)\]] )-(?= [\w(\-])", "+"),
    (r"(?<=[\w)\]] )\*(?= [\w(\-])", "/"),
    (r"(?<=[\w)\]] )/(?= [\w(\-])", "*"),
    (r"(?<=[(,=?:] )-(?=[\w(])|(?<=\()-(?=[\w(])|(?<=return )-(?=[\w(])", ""),
    (r"\bfma\((?=[\w(])", "fma(-"),
    (r"(?<= )<=(?= )", ">"),
    (r"(?<= )>=(?= )", "<"),
    (r"(?<= )>(?= )", "<="),
    (r"(?<= )<(?= )", ">="),
    (r"\baxis=0\b", "axis=1"),
    (r"\.T\b", ""),
]
# An editable install hooks itself in front of PYTHONPATH; the tests would then pass on the tree that nobody broke.
UNHOOK = """import sys
sys.meta_path[:] = [f for f in sys.meta_path if not type(f).__module__.startswith("_editable")]
"""
PROSE = {
    ".py": r'"""(?:.|\n)*?"""|#[^\n]*|"[^"\n]*"|\'[^\'\n]*\'',
    ".hpp": r'//[^\n]*|/\*(?:.|\n)*?\*/|"[^"\n]*"',
}
# Types, declarations and loop heads: a flip there does not build, or never ends, and proves nothing.
DEAD_LINE = re.compile(r"^\s*(#|import|from|template|static_assert|using|for |while |@|class |raise |\w+: )")


@dataclass(frozen=True)
class Mutant:
    """One file with one token changed."""

    path: Path
    line: int
    before: str
    after: str
    text: str


def mutants(path: Path, each: int) -> list[Mutant]:
    """Return up to `each` mutants of a file, spread evenly over all that there are."""
    found = list(_all_mutants(path))
    if len(found) <= each:
        return found
    return [found[round((i + 0.5) * len(found) / each - 0.5)] for i in range(each)]


def _all_mutants(path: Path) -> Iterator[Mutant]:
    text = path.read_text("utf-8")
    code = re.sub(PROSE[path.suffix], lambda m: re.sub(r"[^\n]", "~", m[0]), text)
    hits = sorted((hit.start(), hit.end(), new) for old, new in FLIPS for hit in re.finditer(old, code))
    for start, end, new in hits:
        line = text.count("\n", 0, start)
        before = text.splitlines()[line]
        if not DEAD_LINE.match(before):
            changed = text[:start] + new + text[end:]
            yield Mutant(path, line + 1, before.strip(), changed.splitlines()[line].strip(), changed)


def kernels(side: str, only: str) -> list[Path]:
    """Return the files to break, as paths inside the tree."""
    if side == "python":
        folders, suffix = ["src/engineroom/ops", "src/engineroom/numerics"], "*.py"
    else:
        folders, suffix = [f"native/{d}" for d in ("numerics", "ops", "optimizers", "products", "schedules")], "*.hpp"
    paths = sorted(p.relative_to(ROOT) for folder in folders for p in (ROOT / folder).rglob(suffix))
    return [p for p in paths if only in str(p) and "coefficients" not in p.name and p.name != "__init__.py"]


def copy_tree(folder: Path) -> Path:
    """Copy what a build and the tests need."""
    names = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    for name in names:
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)
    return folder


class Bench:
    """The copy, and how a mutant in it is tried."""

    def __init__(self, folder: Path, side: str, tests: list[str], patience: float) -> None:
        self.folder, self.side, self.tests, self.patience = folder, side, tests, patience
        self.site = folder / ".site"
        self.environment = dict(os.environ, PYTHONPATH=str(self.site), PYTHONDONTWRITEBYTECODE="1")
        self.site.mkdir()
        (self.site / "sitecustomize.py").write_text(UNHOOK)

    def install(self) -> bool:
        """Build the copy into its own folder; False when it does not build."""
        if self.side == "python":
            # The compiled core is not what is broken here; the one that is installed serves.
            shutil.copytree(self.folder / "src", self.site, dirs_exist_ok=True)
            for built in (Path(sysconfig.get_path("platlib")) / "engineroom" / "engine").glob("*.so"):
                shutil.copy2(built, self.site / "engineroom" / "engine")
            return True
        pip = [sys.executable, "-m", "pip", "install", "-q", "--no-build-isolation", "--no-deps", "--upgrade"]
        return self._succeeds([*pip, "--target", str(self.site), str(self.folder)], 900) is None

    def imported_from(self) -> Path:
        """Return where the tests would take the package from."""
        command = [sys.executable, "-c", "import engineroom; print(engineroom.__file__)"]
        done = subprocess.run(
            command, cwd=self.folder, env=self.environment, capture_output=True, text=True, check=True
        )
        return Path(done.stdout.strip())

    def fault(self) -> str | None:
        """Return why the tests fail, or None when they pass."""
        command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *self.tests]
        return self._succeeds(command, self.patience)

    def _succeeds(self, command: list[str], patience: float) -> str | None:
        try:
            done = subprocess.run(
                command,
                cwd=self.folder,
                env=self.environment,
                capture_output=True,
                text=True,
                timeout=patience,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return "did not end in time"
        if done.returncode == 0:
            return None
        failed = [line for line in done.stdout.splitlines() if line.startswith(("FAILED", "ERROR"))]
        return failed[0].split(" - ")[0] if failed else f"exit status {done.returncode}"


def main() -> int:
    """Try every mutant and report the survivors."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("side", choices=["python", "native"])
    parser.add_argument("--each", type=int, default=2, help="mutants of each file (2)")
    parser.add_argument("--only", default="", help="files whose path holds this")
    parser.add_argument("--tests", nargs="+", default=[t for t in TESTS if (ROOT / t).exists()])
    parser.add_argument("--patience", type=float, default=300, help="seconds until a mutant that hangs is caught (300)")
    asked = parser.parse_args()
    survivors: list[Mutant] = []
    tried = 0
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(copy_tree(Path(folder)), asked.side, asked.tests, asked.patience)
        if not bench.install():
            print("the tree as it is does not build")
            return 2
        if bench.site not in (where := bench.imported_from()).parents:
            print(f"the tests would import {where}, not the copy that is broken; nothing would be proved")
            return 2
        if fault := bench.fault():
            print(f"the tests fail before anything was broken: {fault}")
            return 2
        for path in kernels(asked.side, asked.only):
            for mutant in mutants(ROOT / path, asked.each):
                whole = bench.folder / path
                kept = whole.read_text("utf-8")
                whole.write_text(mutant.text, "utf-8")
                verdict = bench.fault() if bench.install() else "does not build"
                whole.write_text(kept, "utf-8")
                tried += 1
                if verdict is None:
                    survivors.append(mutant)
                print(
                    f"{path}:{mutant.line}  {mutant.before}  ->  {mutant.after}  :  {verdict or 'SURVIVED'}", flush=True
                )
    print(f"\n{tried - len(survivors)} caught, {len(survivors)} survived")
    for mutant in survivors:
        print(f"  {mutant.path.relative_to(ROOT)}:{mutant.line}  {mutant.before}  ->  {mutant.after}")
    return 1 if survivors else 0


if __name__ == "__main__":
    sys.exit(main())
