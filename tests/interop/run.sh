#!/usr/bin/env bash
# Runs the tests against tools that npm does not bring: Debian's ngspice and Open MPI.
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
install() {
  as_root apt-get update -qq && DEBIAN_FRONTEND=noninteractive as_root apt-get install -y -qq "$1"
}

need() { # program package
  if command -v "$1" > /dev/null; then return; fi
  command -v apt-get > /dev/null || not_run "$1 is missing and there is no apt-get"
  [ "$(id -u)" = 0 ] || sudo -n true 2> /dev/null || not_run "$1 is missing and apt-get needs root or sudo"
  install "$2" > /dev/null || not_run "apt-get could not install $2"
}

need ngspice ngspice
need mpirun openmpi-bin
need mpicc libopenmpi-dev
npx vitest run --config vitest.interop.config.ts "$@"
