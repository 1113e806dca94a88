#!/bin/sh
# Name everything that is missing before a build is tried, and the one line that installs it.
#   scripts/prerequisites.sh             sentences and the apt line; exit status 1 when something is missing
#   scripts/prerequisites.sh --packages  only the names of the missing packages, one a line
#   scripts/prerequisites.sh --browser   also the browser that the tests of the page drive; before --packages
# PYTHON and CXX choose another interpreter or compiler.
set -u

python=${PYTHON:-python3}
compiler=${CXX:-g++}
packages=
sentences=

# `lacks PACKAGE SENTENCE` notes one missing thing.
lacks() {
    case " $packages " in *" $1 "*) ;; *) packages="$packages $1" ;; esac
    sentences="$sentences  - $2
"
}

if ! command -v "$compiler" >/dev/null 2>&1; then
    lacks g++ "a C++ compiler: there is no $compiler"
elif ! printf '#include <bit>\nint main() { return std::bit_cast<int>(0u); }\n' |
    "$compiler" -std=c++20 -fsyntax-only -x c++ - >/dev/null 2>&1; then
    lacks g++ "a C++20 compiler: $compiler cannot compile C++20 (GCC 11 or newer can)"
fi

if ! command -v "$python" >/dev/null 2>&1; then
    lacks python3 "Python 3.10 or newer: there is no $python"
    lacks python3-venv "the venv module of Python"
    lacks python3-dev "the C headers of Python (Python.h)"
elif ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 10))' >/dev/null 2>&1; then
    lacks python3 "Python 3.10 or newer: $python is $("$python" -V 2>&1); PYTHON=python3.12 chooses another"
else
    "$python" -c 'import ensurepip, venv' >/dev/null 2>&1 ||
        lacks python3-venv "the venv module of Python, with pip in it: $python cannot import venv and ensurepip"
    "$python" -c 'import os, sys, sysconfig
sys.exit(not os.path.exists(os.path.join(sysconfig.get_path("include"), "Python.h")))' >/dev/null 2>&1 ||
        lacks python3-dev "the C headers of Python: $python has no Python.h"
fi

if [ "${1:-}" = --browser ]; then
    shift
    command -v chromium >/dev/null 2>&1 || lacks chromium "a browser for the tests of the page: there is no chromium"
fi

[ -z "$packages" ] && exit 0
if [ "${1:-}" = --packages ]; then
    printf '%s\n' $packages
else
    printf 'engineroom needs, and this machine lacks:\n%sOn Debian or Ubuntu:\n\n    sudo apt install%s\n\n' \
        "$sentences" "$packages" >&2
fi
exit 1
