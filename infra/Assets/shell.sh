#!/usr/bin/env bash
# What the start scripts of all machines begin with.
set -euo pipefail
export HOME=/root

log() { echo "gpuinfra: $*"; }

retry() { # seconds between attempts, command...
  local pause=$1
  shift
  until "$@"; do
    log "failed, again in ${pause} s: $*"
    sleep "${pause}"
  done
}
