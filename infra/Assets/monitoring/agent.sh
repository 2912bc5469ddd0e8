#!/usr/bin/env bash
# Sends what this GPU machine shows to its cloud's managed store, as the machine's own identity: on AWS Prometheus as an agent, which keeps nothing; on Google Cloud Google's build of it,
# which keeps an hour and exports. It reads this machine alone. The image brings it; without it engines run all the same, and PoolBelowPlan tells of the machine. CLOUD, STACK, STORE (an
# address, or a project), REGION, SERVING, POOL, TIER, FIRST_PORT and the ports come with the call.
set -uo pipefail
: "${UNITS:=/etc/systemd/system}" "${FOLDER:=/var/lib/gpuinfra-monitoring}" "${HOST:=$(hostname)}" "${STEP:=15}"

log() { echo "gpuinfra: $*"; }

# Targets of engines: one port for each that is set up on this machine, and none that nobody listens on. Told again when there are more.
targets() {
  local unit port=${FIRST_PORT} list=""
  for unit in "${UNITS}"/engine-*.service; do
    [[ -e ${unit} ]] || break
    list+="${list:+,}{\"targets\":[\"127.0.0.1:${port}\"],\"labels\":{\"instance\":\"${HOST}:${port}\"}}"
    port=$((port + 1))
  done
  printf '[%s]\n' "${list}" > "${FOLDER}/engines.part" && mv "${FOLDER}/engines.part" "${FOLDER}/engines.json" # Never half a file.
}

job() { # name, port, series that are sent
  printf '{"job_name":"%s","static_configs":[{"targets":["127.0.0.1:%s"],"labels":{"instance":"%s:%s"}}],"metric_relabel_configs":[{"source_labels":["__name__"],"regex":"%s","action":"keep"}]}' \
    "$1" "$2" "${HOST}" "$2" "$3"
}

if [[ ${1:-} == targets ]]; then
  while true; do
    targets
    sleep "${STEP}"
  done
fi

program=$(command -v prometheus) || { log 'the image has no prometheus: this machine sends nothing to the managed store' >&2; exit 0; }
help=$("${program}" --help 2>&1)
if [[ ${CLOUD} == gcp ]]; then
  grep -q -- '--export.label.project-id' <<< "${help}" || { log "the image's prometheus is not Google's build: this machine sends nothing to the managed store" >&2; exit 0; }
  # Series of all of a project's stacks lie in one store; cluster is the label that tells them apart.
  labels="\"project_id\":\"${STORE}\",\"location\":\"${REGION}\",\"cluster\":\"${STACK}\","
  sends='' options="--storage.tsdb.path=${FOLDER}/agent --storage.tsdb.retention.time=1h"
else
  labels='' options='--agent'
  grep -q -- '--agent' <<< "${help}" || options='--enable-feature=agent' # Before release 3.
  sends=",\"remote_write\":[{\"url\":\"${STORE}\",\"sigv4\":{\"region\":\"${REGION}\"}}]" options+=" --storage.agent.path=${FOLDER}/agent"
fi
mkdir -p "${FOLDER}/agent"
targets
printf '{"global":{"scrape_interval":"15s","external_labels":{%s"cloud":"%s","region":"%s","serving":"%s","pool":"%s","tier":"%s"}},"scrape_configs":[{"job_name":"vllm","file_sd_configs":[{"files":["%s/engines.json"],"refresh_interval":"15s"}]},%s,%s]%s}\n' \
  "${labels}" "${CLOUD}" "${REGION}" "${SERVING}" "${POOL}" "${TIER}" "${FOLDER}" "$(job dcgm "${DCGM_PORT}" 'DCGM_.*')" "$(job node "${NODE_PORT}" 'gpuinfra_.*')" "${sends}" > "${FOLDER}/agent.json"

write_unit() { # name, what it is, command
  printf '%s\n' '[Unit]' "Description=$2" 'After=network-online.target' 'StartLimitIntervalSec=0' \
    '[Service]' "Environment=UNITS=${UNITS} FOLDER=${FOLDER} FIRST_PORT=${FIRST_PORT}" "ExecStart=$3" 'Restart=always' 'RestartSec=15' 'NoNewPrivileges=yes' \
    '[Install]' 'WantedBy=multi-user.target' > "${UNITS}/$1.service"
}
systemctl disable --now prometheus 2> /dev/null || true # What an image starts by itself keeps series here and reads nothing of ours.
write_unit gpuinfra-targets 'Which engines this machine has' "/bin/bash ${FOLDER}/agent.sh targets"
write_unit gpuinfra-agent 'Sends figures to the managed store' \
  "${program} --config.file=${FOLDER}/agent.json ${options} --web.listen-address=127.0.0.1:9090"
systemctl daemon-reload
systemctl enable gpuinfra-targets.service gpuinfra-agent.service && systemctl restart --no-block gpuinfra-targets.service gpuinfra-agent.service
log "figures go to ${STORE}"
