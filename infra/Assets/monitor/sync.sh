#!/usr/bin/env bash
# Keeps a monitor's configuration, dashboards and secrets as the stack wants them, without renewing the machine: a changed plan changes a list in the bucket, which
# this looks at every minute. What machine.sh has stands above; CLOUD, REGION, BUCKET, WANTED, FOLDER and the names of secrets come from the service.
: "${STEP:=60}" "${ETC:=/etc}" "${SECRETS_AFTER:=60}" # Others in tests. Secrets are read again after so many looks.

show() { # key in the bucket
  if [[ ${CLOUD} == aws ]]; then
    aws s3 cp --region "${REGION}" --only-show-errors "s3://${BUCKET}/$1" -
  else
    gcloud --quiet storage cat "gs://${BUCKET}/$1"
  fi
}

# A configuration that its own checker refuses is shown to the program all the same, which keeps the old one and says so in its metrics (MonitorConfigurationRefused), and
# then taken back, so that a restart finds one that works.
take() { # program, its check, files and folders...
  local program=$1 check=$2 part sound=0
  shift 2
  rm -rf "${FOLDER}/old"
  install -d "${FOLDER}/old" "${ETC}/${program}"
  for part in "$@"; do
    if [[ -e ${ETC}/${program}/${part} ]]; then
      mv "${ETC}/${program}/${part}" "${FOLDER}/old/"
    fi
    cp -R "${FOLDER}/new/${part}" "${ETC}/${program}/"
    chmod -R go=rX "${ETC}/${program}/${part}"
  done
  ${check} "${ETC}/${program}/${program}.json" > /dev/null 2>&1 && sound=1
  systemctl try-reload-or-restart "gpuinfra-${program}.service" || true
  if ((sound)); then
    return
  fi
  log "refused: $*"
  sleep 5
  for part in "$@"; do
    if [[ -e ${FOLDER}/old/${part} ]]; then
      rm -rf "${ETC:?}/${program}/${part}"
      mv "${FOLDER}/old/${part}" "${ETC}/${program}/"
    fi
  done
  return 1
}

# Files are fetched when the list names others; figures, which stay where they are, at every look.
apply() {
  local key board changed=1
  show "${WANTED}" > "${FOLDER}/wanted.new" || return 1
  cmp -s "${FOLDER}/wanted.new" "${FOLDER}/wanted" && changed=0
  rm -rf "${FOLDER}/new"
  mkdir -p "${FOLDER}/new/figures"
  while read -r key; do
    if [[ ${key} == */figures/* ]]; then
      show "${key}" > "${FOLDER}/new/figures/${key##*/}" || return 1
    elif ((changed)); then
      fetch "${key}" "$(cut -d/ -f2 <<< "${key}")" "${FOLDER}/new/${key##*/}" || return 1
    fi
  done < "${FOLDER}/wanted.new"
  if ((changed)); then
    install -d -m 0755 "${ETC}/grafana/boards"
    for board in "${FOLDER}"/new/gpuinfra-*.json; do
      install -m 0644 "${board}" "${ETC}/grafana/boards/" # Grafana looks at them by itself.
    done
    take prometheus 'promtool check config' prometheus.json rules.json figures || return 1
    take alertmanager 'amtool check-config' alertmanager.json || return 1
    mv "${FOLDER}/wanted.new" "${FOLDER}/wanted"
    log "took $(wc -l < "${FOLDER}/wanted") files"
  elif ! diff -rq "${FOLDER}/new/figures" "${ETC}/prometheus/figures" > /dev/null; then
    take prometheus 'promtool check config' figures || return 1
    log 'took other figures'
  fi
}

# A secret that is not there keeps nothing from running but what needs it.
refresh() { # program, names of secrets...
  local program=$1 name missing=0
  shift
  for name in "$@"; do
    if secret "${name}" > "${FOLDER}/secret.part" && [[ -s ${FOLDER}/secret.part ]]; then
      tr -d '\n' < "${FOLDER}/secret.part" | install -D -m 0440 ${OWNED:+-g "gpuinfra-${program}"} /dev/stdin "${ETC}/${program}/secrets/${name}"
    else
      log "the secret ${name} cannot be read"
      missing=1
    fi
    rm -f "${FOLDER}/secret.part"
  done
  return "${missing}"
}

secrets() {
  local missing=0
  # shellcheck disable=SC2086 # Names are words.
  { refresh alertmanager ${ALERTMANAGER_SECRETS:-} || missing=1; refresh prometheus ${PROMETHEUS_SECRETS:-} || missing=1; refresh grafana ${GRAFANA_SECRETS:-} || missing=1; }
  return "${missing}"
}

: "${OWNED=yes}"
looks=0
if [[ ${1:-} == once ]]; then
  secrets || true
  apply
  exit
fi
while true; do
  apply || log 'the wanted files could not be taken; again in a minute'
  if ((looks <= 0)); then
    secrets && looks=${SECRETS_AFTER}
  fi
  looks=$((looks - 1))
  sleep "${STEP}"
done
