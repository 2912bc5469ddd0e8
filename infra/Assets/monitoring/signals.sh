#!/usr/bin/env bash
# Writes two series for the node exporter: gpuinfra_start_seconds, from the machine's start until every replica answers, once; and
# gpuinfra_spot_notice, 1 from when the cloud has said that it takes the machine back, else 0. CLOUD, FIRST_PORT, UNITS and FOLDER come from the service.
set -uo pipefail
: "${LATE:=7200}" # A machine that answers for the first time after two hours took another's place or was repaired: no start took that long.
: "${STEP:=5}" "${UPTIME:=/proc/uptime}" "${MARK:=/run/gpuinfra-started}" # Others in tests. AWS says to look every five seconds.

write() { # series, help, value
  printf '# HELP %s %s\n# TYPE %s gauge\n%s %s\n' "$1" "$2" "$1" "$1" "$3" > "${FOLDER}/text/$1.part" &&
    mv "${FOLDER}/text/$1.part" "${FOLDER}/text/$1.prom" # Never half a file.
}

# A notice is there or it is not; anything but these two answers says nothing, and what was known stays.
notice() {
  local token code
  if [[ ${CLOUD} == aws ]]; then
    token=$(curl -fsS --max-time 2 -X PUT -H 'X-aws-ec2-metadata-token-ttl-seconds: 60' http://169.254.169.254/latest/api/token) || return 1
    code=$(curl -sS --max-time 2 -o /dev/null -w '%{http_code}' -H "X-aws-ec2-metadata-token: ${token}" http://169.254.169.254/latest/meta-data/spot/instance-action) || return 1
    case ${code} in 200) echo 1 ;; 404) echo 0 ;; *) return 1 ;; esac
  else
    case $(curl -fsS --max-time 2 -H 'Metadata-Flavor: Google' http://metadata.google.internal/computeMetadata/v1/instance/preempted) in
      TRUE) echo 1 ;; FALSE) echo 0 ;; *) return 1 ;;
    esac
  fi
}

all_answer() {
  local unit port=${FIRST_PORT}
  for unit in "${UNITS}"/engine-*.service; do
    [[ -e ${unit} ]] && curl -fsS --max-time 3 -o /dev/null "http://127.0.0.1:${port}/health" || return 1
    port=$((port + 1))
  done
}

# The mark is gone after a reboot, which is a start of its own, and not when this script alone starts again.
while true; do
  if noticed=$(notice); then
    write gpuinfra_spot_notice 'Whether the cloud has said that it takes the machine back' "${noticed}"
  fi
  if [[ ! -e ${MARK} ]] && all_answer; then
    read -r up _ < "${UPTIME}"
    if ((${up%.*} >= LATE)) || write gpuinfra_start_seconds 'From the start of the machine until every replica answered' "${up}"; then
      touch "${MARK}"
    fi
  fi
  sleep "${STEP}"
done
