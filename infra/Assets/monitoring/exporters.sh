#!/usr/bin/env bash
# Lets monitors read this GPU machine: the DCGM exporter with the counters that the alerts need, and the node exporter with two series that no
# exporter has. The image brings both programs; nothing is downloaded. Where one lacks, engines start all the same, and TargetDown tells of it.
# CLOUD, FIRST_PORT and the ports come with the call.
set -uo pipefail
: "${UNITS:=/etc/systemd/system}" "${FOLDER:=/var/lib/gpuinfra-monitoring}"

log() { echo "gpuinfra: $*"; }

first_of() { # programs of which the first that is there is meant
  local program
  for program in "$@"; do
    command -v "${program}" && return
  done
  log "the image has no $1: nothing of it can be read" >&2
  return 1
}

write_unit() { # name, what it is, command
  printf '%s\n' '[Unit]' "Description=$2" 'After=network-online.target' 'StartLimitIntervalSec=0' \
    '[Service]' "Environment=CLOUD=${CLOUD} FIRST_PORT=${FIRST_PORT} UNITS=${UNITS} FOLDER=${FOLDER}" \
    "ExecStart=$3" 'Restart=always' 'RestartSec=15' 'NoNewPrivileges=yes' \
    '[Install]' 'WantedBy=multi-user.target' > "${UNITS}/$1.service"
  started+=("$1.service")
}

started=()
mkdir -p "${FOLDER}/text"
# What an image starts by itself has other counters and takes the port.
systemctl disable --now dcgm-exporter node_exporter prometheus-node-exporter 2> /dev/null || true
if program=$(first_of dcgm-exporter); then
  # The name is the one that bootstrap.sh stops before it cuts GPUs, and comes before an image's own of that name.
  write_unit dcgm-exporter 'Figures of the GPUs' "${program} --address :${DCGM_PORT} --collectors ${FOLDER}/dcgm-counters.csv"
fi
if program=$(first_of node_exporter prometheus-node-exporter); then
  write_unit gpuinfra-node 'Figures of the machine' "${program} --web.listen-address=:${NODE_PORT} --collector.textfile.directory=${FOLDER}/text"
  write_unit gpuinfra-signals 'How long the start took, and whether the cloud takes the machine back' "/bin/bash ${FOLDER}/signals.sh"
fi
systemctl daemon-reload
((${#started[@]} == 0)) || { systemctl enable "${started[@]}" && systemctl restart --no-block "${started[@]}"; }
log "monitors can read: ${started[*]:-nothing}"
