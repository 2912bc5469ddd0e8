#!/usr/bin/env bash
# What a monitor has beside where a canary stops by itself. It stands after boot.sh.
# shellcheck disable=SC2154
retry 10 fetch "${CANARY_KEY}" "${CANARY_SHA256}" "${LIB}/canary.sh"
cat > "${UNITS}/gpuinfra-canary.service" << UNIT
[Unit]
Description=Stops canaries whose alerts fire
After=network-online.target

[Service]
Environment=CLOUD=${CLOUD} REGION=${REGION} BUCKET=${BUCKET} PROMETHEUS_PORT=${PROMETHEUS_PORT} FOLDER=${LIB}/canaries
Environment="CANARIES=${CANARIES}" "ALERTS=${CANARY_ALERTS}"
ExecStart=/bin/bash ${LIB}/canary.sh
Restart=always
RestartSec=15

[Install]
WantedBy=multi-user.target
UNIT
systemctl daemon-reload
systemctl enable gpuinfra-canary.service
systemctl restart --no-block gpuinfra-canary.service
