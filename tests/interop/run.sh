#!/usr/bin/env bash
# Runs the tests against tools that npm does not bring: Debian's ngspice, Open MPI, Slurm and Chromium.
# Installs what is missing by apt-get, as root or with sudo. Where that is impossible it says so; under CI=true
# that is a failure, elsewhere not. Arguments are handed to vitest.
set -euo pipefail
cd "$(dirname "$0")/../.."

not_run() {
  echo "not run: $1"
  if [ "${CI:-}" = true ]; then exit 1; fi
  exit 0
}

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi
}

# Package lists first, because a fresh image has none.
install() { # package...
  as_root apt-get update -qq && DEBIAN_FRONTEND=noninteractive as_root apt-get install -y -qq "$@"
}

# What is needed is tried, by the command that follows; a program of the right name alone can lack its other half.
need() { # what packages test...
  local what=$1 packages=$2
  shift 2
  if "$@" > /dev/null 2>&1; then return; fi
  command -v apt-get > /dev/null || not_run "$what is missing and there is no apt-get"
  [ "$(id -u)" = 0 ] || sudo -n true 2> /dev/null || not_run "$what is missing and apt-get needs root or sudo"
  # shellcheck disable=SC2086 # several packages
  install $packages > /dev/null || not_run "apt-get could not install $packages"
  "$@" > /dev/null || not_run "$packages is installed and $what still missing"
}

# Debian's openmpi-bin has an mpicc without mpi.h, and neither brings a compiler.
builds_mpi() {
  printf '#include <mpi.h>\nint main(int n, char **v) { return MPI_Init(&n, &v); }\n' | mpicc -x c - -o /dev/null
}

need ngspice ngspice command -v ngspice
need fish fish command -v fish
need zsh zsh command -v zsh
need man "man-db groff" command -v man
need mandoc mandoc command -v mandoc

# The first of these programs that runs and has venv.
python_for() { # version
  for it in "python$1" "$HOME/.pyenv/versions/$1".*/bin/python; do
    if "$it" -c "import sys, venv; sys.exit(sys.version_info[:2] != tuple(map(int, '$1'.split('.'))))" 2> /dev/null; then
      echo "$it"
      return
    fi
  done
}

# A virtual environment that is complete has the checksum of its requirements in it; a reason is left where it is not.
environment() { # name, Python version, requirements
  local folder=.interop/$1 sum
  sum=$(sha256sum "$3" | cut -d ' ' -f 1)
  if [ "$(cat "$folder/complete" 2> /dev/null)" = "$sum" ]; then return; fi
  rm -rf "$folder" ".interop/$1.reason"
  mkdir -p .interop
  local python
  python=$(python_for "$2")
  if [ -z "$python" ]; then
    echo "there is no Python $2 with venv" > ".interop/$1.reason"
    return
  fi
  echo "installing $3 into $folder"
  if "$python" -m venv "$folder" && "$folder/bin/pip" install --quiet --no-deps --require-hashes -r "$3" > ".interop/$1.log" 2>&1; then
    echo "$sum" > "$folder/complete"
  else
    rm -rf "$folder"
    echo "pip: $(tail -n 1 ".interop/$1.log")" > ".interop/$1.reason"
  fi
}

# PyTorch is Debian's, a build for CPUs, 149 MB with all that it needs: the package index has a wheel of 539 MB for Linux, linked
# against CUDA's libraries, which come as further wheels.
# TORCH_PYTHON names the Python of another one.
pytorch() {
  local python=${TORCH_PYTHON:-/usr/bin/python3}
  mkdir -p .interop
  rm -rf .interop/torch .interop/torch.reason
  if ! $python -c "import numpy, torch.distributed" 2> /dev/null; then
    echo "installing python3-torch"
    install --no-install-recommends python3-torch python3-numpy > .interop/torch.log 2>&1 || true
  fi
  if $python -c "import numpy, torch.distributed as d; assert d.is_gloo_available()" 2> /dev/null; then
    mkdir -p .interop/torch/bin
    # A link would leave the packages of a virtual environment behind.
    printf '#!/bin/sh\nexec "%s" "$@"\n' "$python" > .interop/torch/bin/python
    chmod +x .interop/torch/bin/python
  else
    echo "there is no $python with torch and gloo, and apt-get could not install python3-torch" > .interop/torch.reason
  fi
}

environment main 3.12 tests/interop/requirements.txt
environment proof 3.12 tests/interop/requirements-proof.txt
environment studies 3.12 tests/interop/requirements-studies.txt
environment ubcpdk 3.12 tests/interop/requirements-ubcpdk.txt
environment cspdk 3.12 tests/interop/requirements-cspdk.txt
pytorch
echo "not run: INTERCONNECT: proprietary; its .spi is read by Simphony's parser, its .dat by SAX's, its .lsf by nothing"
need mpirun openmpi-bin command -v mpirun
need "mpicc with mpi.h" "libopenmpi-dev gcc libc6-dev" builds_mpi
# Reports are opened in it, from the disk; pictures of them are left in .interop/report.
need chromium "chromium fonts-dejavu-core" /usr/bin/chromium --version
# The test starts munge and Slurm's daemons itself, in a folder of its own, and stops them.
need Slurm "slurm-wlm munge" command -v slurmctld
npx vitest run --config vitest.interop.config.ts "$@"
