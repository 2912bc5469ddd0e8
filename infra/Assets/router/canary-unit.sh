#!/usr/bin/env bash
# What a router has beside where a canary stops by itself: HAProxy's list of those that are stopped, and what keeps it. It stands before boot.sh, which starts HAProxy.
# shellcheck disable=SC2154
mkdir -p "${FOLDER}" /usr/local/lib/gpuinfra-router
retry 10 fetch "${CANARY_KEY}" "${CANARY_SHA256}" /usr/local/lib/gpuinfra-router/canary.py
: > "${FOLDER}/stopped.map"
cat > /etc/systemd/system/gpuinfra-canary.service << UNIT
[Unit]
Description=Stops canaries that monitors have found bad
After=haproxy.service gpuinfra-router.service

[Service]
Environment=CLOUD=${CLOUD} REGION=${REGION} BUCKET=${BUCKET} SOCKET=${SOCKET} FOLDER=${FOLDER}
Environment="CANARIES=${CANARIES}"
ExecStart=/usr/bin/python3 /usr/local/lib/gpuinfra-router/canary.py
Restart=always
RestartSec=15

[Install]
WantedBy=haproxy.service
UNIT
systemctl daemon-reload
systemctl enable gpuinfra-canary.service # It starts with HAProxy.
