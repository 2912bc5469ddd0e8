#!/usr/bin/env bash
# Stops canaries whose answers are worse than the plan allows, or late too often: when an alert of theirs fires, this says "stop" in the region's bucket, where routers read it. It says so once
# each time that the alert begins, and never the opposite, which people do. CLOUD, REGION, BUCKET, CANARIES (serving=canary ...), ALERTS, PROMETHEUS_PORT and FOLDER come from the service.
: "${STEP:=60}" # Another in tests.
log() { echo "gpuinfra: $*"; }

# True while an alert of the serving fires; 2 where nobody knows.
fires() {
  local found
  found=$(promtool query instant "http://127.0.0.1:${PROMETHEUS_PORT}" "ALERTS{alertname=~\"${ALERTS}\",alertstate=\"firing\",serving=\"$1\"}") || return 2
  [[ -n ${found} ]]
}

stop() {
  if [[ ${CLOUD} == aws ]]; then
    echo stop | aws s3 cp --region "${REGION}" --only-show-errors - "s3://${BUCKET}/router/canary/$1"
  else
    echo stop | gcloud --quiet storage cp - "gs://${BUCKET}/router/canary/$1"
  fi
}

look() {
  local pair serving canary found
  for pair in ${CANARIES}; do
    serving=${pair%%=*} canary=${pair#*=} found=0
    fires "${canary}" || found=$?
    case ${found} in
      0)
        if [[ ! -e ${FOLDER}/stopped-${serving} ]]; then
          stop "${serving}" && : > "${FOLDER}/stopped-${serving}" && log "${canary} is no canary of ${serving} any more, until somebody writes go"
        fi
        ;;
      1) rm -f "${FOLDER}/stopped-${serving}" ;;
      *) log "nobody knows how ${canary} does: its share stays" ;;
    esac
  done
}

mkdir -p "${FOLDER}"
while true; do
  look
  sleep "${STEP}"
done
