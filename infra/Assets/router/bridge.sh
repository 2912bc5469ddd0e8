#!/usr/bin/env bash
# Starts the bridge beside a router that runs already, after boot.sh: what HAProxy has sent past it until then, it sends to it from then on. The settings name
# its files as key=sum; keys of APIs are in the file that boot.sh has written.
# shellcheck disable=SC2154

LIBRARY=/usr/local/lib/gpuinfra-bridge

fetch_bridge() {
  local file
  for file in ${BRIDGE_FILES}; do
    fetch "${file%=*}" "${file#*=}" "${LIBRARY}/$(basename "${file%=*}")" || return 1
  done
}

mkdir -p "${LIBRARY}"
retry 10 fetch_bridge
chmod -R a+rX "${LIBRARY}"
cat > /etc/systemd/system/gpuinfra-bridge.service << UNIT
[Unit]
Description=Puts requests into other providers' dialects, copies some and asks twice
After=network-online.target

[Service]
EnvironmentFile=-${FOLDER}/keys.env
ExecStart=/usr/bin/python3 -B ${LIBRARY}/main.py ${LIBRARY}/bridge.json
Restart=always
RestartSec=1
DynamicUser=yes
ProtectSystem=strict
ProtectHome=yes
PrivateDevices=yes
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX
CapabilityBoundingSet=
MemoryMax=2G
# A router on its way out finishes the answers it has, and some of them pass here.
KillMode=mixed
TimeoutStopSec=${DRAIN_SECONDS}
LimitNOFILE=65536

[Install]
WantedBy=multi-user.target
UNIT
systemctl daemon-reload
systemctl enable gpuinfra-bridge.service
systemctl restart gpuinfra-bridge.service
log "the bridge runs"
