#!/usr/bin/env bash
# Turns a machine into a router. The settings stand above this line as KEY='value' (RouterSource.cs writes them), then what machine.sh has; the image has
# HAProxy 2.6 or later, Python 3, and the cloud's command line (on AWS python3-boto3 too). Nothing is downloaded but what the region's own bucket holds.
# shellcheck disable=SC2154

# Keys of teams are kept as sums: what a client sends is summed and looked up.
write_secrets() {
  local team name value sums='' keys=''
  for team in ${TEAMS}; do # as team=secret
    value=$(secret "${team#*=}") || return 1
    sums+="$(printf %s "${value}" | sha256sum | cut -d' ' -f1) ${team%%=*}"$'\n'
  done
  for name in ${API_SECRETS}; do
    value=$(secret "${name}") || return 1
    keys+="KEY_$(tr 'a-z-' 'A-Z_' <<< "${name}")=\"${value}\""$'\n'
  done
  printf %s "${sums}" > "${FOLDER}/teams.map"
  printf %s "${keys}" > "${FOLDER}/keys.env"
  if [[ -n ${CERTIFICATE} ]]; then
    secret "${CERTIFICATE}" > "${FOLDER}/entry.pem"
  fi
}

write_units() {
  mkdir -p /etc/systemd/system/haproxy.service.d
  cat > /etc/systemd/system/haproxy.service.d/gpuinfra.conf << UNIT
[Service]
EnvironmentFile=-${FOLDER}/keys.env
Environment=CONFIG=/etc/haproxy/haproxy.cfg
# A router on its way out finishes the answers it has.
KillMode=mixed
KillSignal=SIGUSR1
TimeoutStopSec=${DRAIN_SECONDS}
LimitNOFILE=65536
UNIT
  cat > /etc/systemd/system/gpuinfra-router.service << UNIT
[Unit]
Description=Tells HAProxy which GPU machines run
After=haproxy.service

[Service]
Environment=CLOUD=${CLOUD} REGION=${REGION} BUCKET=${BUCKET} SOCKET=${SOCKET} FOLDER=${FOLDER} FIRST_PORT=${FIRST_PORT}
Environment="SERVINGS=${SERVINGS}" "TAG_KEY=${TAG_KEY}" "TAG_VALUE=${TAG_VALUE}" "POOL_KEY=${POOL_KEY}"
ExecStart=/usr/bin/python3 /usr/local/lib/gpuinfra-router/agent.py
Restart=always
RestartSec=5

[Install]
WantedBy=multi-user.target
UNIT
}

mkdir -p "${FOLDER}" /usr/local/lib/gpuinfra-router /etc/haproxy /run/haproxy
retry 10 fetch "${CONFIG_KEY}" "${CONFIG_SHA256}" /etc/haproxy/haproxy.cfg
retry 10 fetch "${AGENT_KEY}" "${AGENT_SHA256}" /usr/local/lib/gpuinfra-router/agent.py
for map in answer places shares state teams; do
  : > "${FOLDER}/${map}.map"
done
retry 30 write_secrets
write_units
systemctl daemon-reload
# shellcheck disable=SC1091 # It has just been written.
(set -a && . "${FOLDER}/keys.env" && haproxy -c -q -f /etc/haproxy/haproxy.cfg)
systemctl enable haproxy.service gpuinfra-router.service
systemctl restart haproxy.service gpuinfra-router.service
log "the router runs"
