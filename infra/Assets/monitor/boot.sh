#!/usr/bin/env bash
# Turns a machine into a monitor: Prometheus, Alertmanager and Grafana over a disk that outlives the machine. The settings stand above this line as KEY='value'
# (MonitorSource.cs writes them), then what machine.sh has. The image brings the three programs, promtool, amtool, and the cloud's command line;
# what they are told comes from the region's own bucket and the cloud's secret store.
# shellcheck disable=SC2154,SC2153

UNITS=/etc/systemd/system
DATA=/var/lib/gpuinfra-monitor
LIB=/usr/local/lib/gpuinfra-monitor
FSTAB=/etc/fstab

program() { # its least version, names of which the first that is there is meant
  local least=$1 name found
  shift
  for name in "$@"; do
    command -v "${name}" > /dev/null || continue
    found=$("${name}" --version 2>&1 | grep -oE '[0-9]+\.[0-9]+\.[0-9]+' | head -n 1) || found=0
    if [[ $(printf '%s\n' "${least}" "${found}" | sort -V | head -n 1) == "${least}" ]]; then
      command -v "${name}"
      return
    fi
    log "the image's ${name} is ${found}, older than ${least}" >&2
    return 1
  done
  log "the image has no $1" >&2
  return 1
}

# The disk is the stack's and comes with the machine on Google Cloud; on AWS the machine takes it, since two may not have it. Nothing that holds something is formatted.
mount_data() {
  local device token instance found=0
  if [[ ${CLOUD} == aws ]]; then
    token=$(curl -fsS --max-time 5 -X PUT -H 'X-aws-ec2-metadata-token-ttl-seconds: 300' http://169.254.169.254/latest/api/token) || return 1
    instance=$(curl -fsS --max-time 5 -H "X-aws-ec2-metadata-token: ${token}" http://169.254.169.254/latest/meta-data/instance-id) || return 1
    device=/dev/disk/by-id/nvme-Amazon_Elastic_Block_Store_${VOLUME/-/}
    [[ -e ${device} ]] || aws ec2 attach-volume --region "${REGION}" --volume-id "${VOLUME}" --instance-id "${instance}" --device /dev/sdf > /dev/null || return 1
  else
    device=/dev/disk/by-id/google-${VOLUME}
  fi
  [[ -e ${device} ]] || return 1
  blkid --probe "${device}" > /dev/null || found=$?
  case ${found} in 0) ;; 2) mkfs.ext4 -q "${device}" || return 1 ;; *) return 1 ;; esac
  mkdir -p "${DATA}"
  # AWS runs this script once, and the machine may be started anew.
  grep -qs " ${DATA} " "${FSTAB}" || echo "${device} ${DATA} ext4 noatime,nodev,nosuid,noexec,nofail,x-systemd.device-timeout=5min 0 2" >> "${FSTAB}"
  mountpoint -q "${DATA}" || mount "${DATA}"
}

# Each program is a user of its own, so that none reads another's secrets.
make_user() { # name
  id -u "gpuinfra-$1" > /dev/null 2>&1 || useradd --system --no-create-home --shell /usr/sbin/nologin "gpuinfra-$1"
  install -d -m 0750 -o "gpuinfra-$1" -g "gpuinfra-$1" "${DATA}/$1"
  install -d -m 0755 "/etc/$1"
  install -d -m 0750 -g "gpuinfra-$1" "/etc/$1/secrets"
}

write_unit() { # name, what it is, command
  cat > "${UNITS}/gpuinfra-$1.service" << UNIT
[Unit]
Description=$2
After=network-online.target
RequiresMountsFor=${DATA}
StartLimitIntervalSec=0

[Service]
User=gpuinfra-$1
ExecStart=$3
ExecReload=/bin/kill -HUP \$MAINPID
Restart=always
RestartSec=5
LimitNOFILE=65536
NoNewPrivileges=yes
ProtectSystem=strict
ProtectHome=yes
PrivateTmp=yes
ReadWritePaths=${DATA}/$1

[Install]
WantedBy=multi-user.target
UNIT
  started+=("gpuinfra-$1.service")
}

# The first boot makes the password and keeps it in the secret store; where another was quicker, the store refuses the second and the first counts. It is never printed,
# and no command line holds it.
write_password() {
  local said folder
  folder=$(mktemp -d /run/gpuinfra-XXXXXX)
  if ! said=$(secret "${ADMIN_SECRET_NAME}" 2>&1 > "${folder}/password") && [[ ${said} == *NotFound* || ${said} == *NOT_FOUND* ]]; then
    head -c 24 /dev/urandom | base64 | tr -d '\n' > "${folder}/password"
    if [[ ${CLOUD} == aws ]]; then
      aws secretsmanager put-secret-value --region "${REGION}" --secret-id "${ADMIN_SECRET_NAME}" --secret-string "file://${folder}/password" \
        --client-request-token "$(sha256sum <<< "${ADMIN_SECRET_NAME}" | cut -c1-36)" > /dev/null || true
    else
      gcloud --quiet secrets versions add "${ADMIN_SECRET_NAME}" --data-file "${folder}/password" > /dev/null || true
    fi
    secret "${ADMIN_SECRET_NAME}" > "${folder}/password" || : > "${folder}/password"
  fi
  if [[ -s ${folder}/password ]]; then
    tr -d '\n' < "${folder}/password" | install -m 0440 -g gpuinfra-grafana /dev/stdin /etc/grafana/secrets/admin
  fi
  rm -rf "${folder}"
  [[ -s /etc/grafana/secrets/admin ]]
}

sign_in() { # what grafana.ini says of OpenID Connect; nothing where nobody signs in so
  local found
  [[ -n ${OIDC_ISSUER} ]] || return 0
  found=$(curl -fsS --max-time 20 "${OIDC_ISSUER}/.well-known/openid-configuration") || return 1
  [[ ${found} == *authorization_endpoint* ]] || return 1
  endpoint() { grep -oE "\"$1\" *: *\"https://[^\"]+\"" <<< "${found}" | head -n 1 | sed 's/.*"\(https:.*\)"/\1/'; }
  printf '%s\n' '[auth.generic_oauth]' 'enabled = true' 'name = OpenID Connect' 'allow_sign_up = true' 'use_pkce = true' 'scopes = openid profile email' \
    "client_id = ${OIDC_CLIENT}" "client_secret = \$__file{/etc/grafana/secrets/${OIDC_SECRET_NAME}}" "auth_url = $(endpoint authorization_endpoint)" \
    "token_url = $(endpoint token_endpoint)" "api_url = $(endpoint userinfo_endpoint)" \
    "role_attribute_path = $([[ -z ${OIDC_EDITORS} ]] && echo "'Viewer'" || echo "contains(groups[*], '${OIDC_EDITORS}') && 'Editor' || 'Viewer'")"
}

# People come through a tunnel, which ends at the loopback on AWS and at the machine's address on Google Cloud.
write_grafana() {
  local oidc
  oidc=$(sign_in) || return 1
  cat > /etc/grafana/grafana.ini << INI
[server]
http_addr = $([[ ${CLOUD} == aws ]] && echo 127.0.0.1)
http_port = ${GRAFANA_PORT}
root_url = http://localhost:${GRAFANA_PORT}/
[paths]
data = ${DATA}/grafana
logs = ${DATA}/grafana/log
plugins = ${DATA}/grafana/plugins
provisioning = /etc/grafana/provisioning
[security]
admin_password = \$__file{/etc/grafana/secrets/admin}
[users]
allow_sign_up = false
[log]
mode = console
[analytics]
reporting_enabled = false
check_for_updates = false
${oidc}
INI
  mkdir -p /etc/grafana/provisioning/datasources /etc/grafana/provisioning/dashboards /etc/grafana/boards
  printf '%s\n' 'apiVersion: 1' 'datasources:' "  - {name: Prometheus, type: prometheus, access: proxy, url: \"http://127.0.0.1:${PROMETHEUS_PORT}\", isDefault: true, editable: false}" \
    > /etc/grafana/provisioning/datasources/prometheus.yaml
  printf '%s\n' 'apiVersion: 1' 'providers:' '  - {name: gpuinfra, folder: GpuInfra, type: file, options: {path: /etc/grafana/boards}}' > /etc/grafana/provisioning/dashboards/gpuinfra.yaml
  chmod -R go+rX /etc/grafana/grafana.ini /etc/grafana/provisioning /etc/grafana/boards
}

started=()
retry 10 mount_data
chmod 0755 "${DATA}"
for user in prometheus alertmanager grafana; do
  make_user "${user}"
done
mkdir -p "${LIB}"
retry 10 fetch "${SYNC_KEY}" "${SYNC_SHA256}" "${LIB}/sync.sh"
cat > "${UNITS}/gpuinfra-sync.service" << UNIT
[Unit]
Description=Keeps configuration and secrets as the stack wants them
After=network-online.target

[Service]
Environment=CLOUD=${CLOUD} REGION=${REGION} BUCKET=${BUCKET} WANTED=${WANTED} FOLDER=${LIB}
Environment="ALERTMANAGER_SECRETS=${ALERTMANAGER_SECRETS}" "PROMETHEUS_SECRETS=${PROMETHEUS_SECRETS}" "GRAFANA_SECRETS=${OIDC_SECRET_NAME}"
ExecStart=/bin/bash ${LIB}/sync.sh
Restart=always
RestartSec=15

[Install]
WantedBy=multi-user.target
UNIT
started+=(gpuinfra-sync.service)
if prometheus=$(program 2.42.0 prometheus); then
  write_unit prometheus 'Reads the fleet and says what is wrong' "${prometheus} --config.file=/etc/prometheus/prometheus.json --storage.tsdb.path=${DATA}/prometheus --storage.tsdb.retention.time=${RETENTION} --storage.tsdb.retention.size=${RETENTION_SIZE} --web.listen-address=:${PROMETHEUS_PORT}"
fi
if alertmanager=$(program 0.26.0 alertmanager prometheus-alertmanager); then
  peers=$(for peer in ${PEERS}; do printf ' --cluster.peer=%s' "${peer}:${GOSSIP_PORT}"; done)
  write_unit alertmanager 'Tells people' "${alertmanager} --config.file=/etc/alertmanager/alertmanager.json --storage.path=${DATA}/alertmanager --web.listen-address=:${ALERTMANAGER_PORT} --cluster.listen-address=${ADDRESS}:${GOSSIP_PORT}${peers}"
fi
if grafana=$(program 11.0.0 grafana); then
  home=/usr/share/grafana
  write_unit grafana 'Shows it' "${grafana} server --homepath=${home} --config=/etc/grafana/grafana.ini"
  # Nobody is told later because Grafana waits for a password or an issuer.
  (retry 30 write_password && retry 30 write_grafana && systemctl restart --no-block gpuinfra-grafana.service) &
fi
# What an image starts by itself takes the ports.
for unit in prometheus alertmanager prometheus-alertmanager grafana-server; do
  systemctl disable --now "${unit}" 2> /dev/null || true
done
retry 10 env CLOUD="${CLOUD}" REGION="${REGION}" BUCKET="${BUCKET}" WANTED="${WANTED}" FOLDER="${LIB}" ALERTMANAGER_SECRETS="${ALERTMANAGER_SECRETS}" \
  PROMETHEUS_SECRETS="${PROMETHEUS_SECRETS}" GRAFANA_SECRETS="${OIDC_SECRET_NAME}" bash "${LIB}/sync.sh" once
systemctl daemon-reload
systemctl enable "${started[@]}"
systemctl restart --no-block "${started[@]}"
wait
log "the monitor runs: ${started[*]}"
