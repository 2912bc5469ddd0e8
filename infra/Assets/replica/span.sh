#!/usr/bin/env bash
# Sourced by the start script of machines of which several make one replica: this one runs its part of the engine, and the program beside this file says with whom. The engine has the
# machine's own network, since its parts meet at ports of their choosing.
# shellcheck disable=SC2154 # The settings stand in the start script.

ENGINE_USER=10001 # Nobody that an image knows; by it the engine is kept from the metadata service, but for names, which Google's answers too.
PLACE=/run/gpuinfra-replica/place

# Interfaces that carry data: on Google Cloud those beside the first, where there are any.
data_interfaces() { # the first
  local found=''
  [[ ${CLOUD} == aws ]] || found=$(ip -o -4 addr show | awk -v first="$1" '$2 != "lo" && $2 != first && $2 !~ /^(docker|br-|veth)/ { print $2 }' | paste -sd,)
  echo "${found:-$1}"
}

# What the engine talks to its other parts through. On AWS the image brings libfabric and NCCL's plug-in for it; without these NCCL takes the first interface.
fabric_flags() {
  local first
  first=$(ip -o -4 route show to default | awk '{ print $5; exit }')
  printf ' %s' --env "NCCL_SOCKET_IFNAME==$(data_interfaces "${first}")" --env "GLOO_SOCKET_IFNAME=${first}"
  [[ ${CLOUD} != aws ]] || printf ' %s' --device=/dev/infiniband --ulimit memlock=-1 --env FI_PROVIDER=efa
}

# The start script's gate, on a network without a bridge. A worker answers nobody; it is ready when its head has made a token.
move_gate() {
  # shellcheck disable=SC2016 # The gate's own words.
  sed -i -e 's/DOCKER-USER -p tcp -m conntrack --ctorigdstport \$2 --ctdir ORIGINAL/INPUT ! -i lo -p tcp --dport $2/' -e 's/127\.0\.0\.1/${ASK}/' "${GATE}"
  # shellcheck disable=SC2016
  grep -q 'rule="INPUT .* --dport ' "${GATE}" && grep -qF 'http://${ASK}:' "${GATE}"
}

write_replica() {
  cat > "${UNITS}/engine-0.service" << UNIT
[Unit]
Description=This machine's part of a replica of ${POOL}
After=docker.service network-online.target
Requires=docker.service

[Service]
EnvironmentFile=${PLACE}
ExecStartPre=/bin/sh -c 'for verb in -C -I; do iptables \$\$verb OUTPUT -p tcp -m owner --uid-owner ${ENGINE_USER} -d 169.254.169.254 -j DROP && break; done'
ExecStartPre=-/usr/bin/docker rm --force engine-0
ExecStartPre=${GATE} shut ${FIRST_PORT}
ExecStart=/usr/bin/docker run --rm --name engine-0 --gpus all --network host --shm-size=16g --user ${ENGINE_USER}:${ENGINE_USER} \\
  --cap-drop=ALL --security-opt=no-new-privileges --volume ${MODEL_DIR}:/model:ro$(log_flags 0)$(fabric_flags) \\
  --env HOME=/tmp --env USER=vllm --env VLLM_CACHE_ROOT=/tmp/vllm --env VLLM_HOST_IP=\${ADDRESS} \\
  --env HF_HUB_OFFLINE=1 --env VLLM_NO_USAGE_STATS=1 ${ENGINE_IMAGE}$(engine_flags) --port ${FIRST_PORT} \\
  --distributed-executor-backend mp --nnodes ${NODES} --node-rank \${RANK} --master-addr \${HEAD} --master-port \${MEET} \$HEADLESS
ExecStartPost=${GATE} open ${FIRST_PORT}
ExecStop=/usr/bin/docker stop --time 90 engine-0
TimeoutStartSec=0
TimeoutStopSec=110
UNIT
}

# The engine's unit is not enabled: who is to start it, and when, is this one's to say. What it started last outlives a restart of the machine.
write_members() {
  cat > "${UNITS}/gpuinfra-replica.service" << UNIT
[Unit]
Description=Finds the other machines of a replica of ${POOL}
After=docker.service network-online.target
Wants=network-online.target

[Service]
Environment=CLOUD=${CLOUD} REGION=${REGION} BUCKET=${BUCKET} PREFIX=${RENDEZVOUS} NODES=${NODES} PLACE=${PLACE} LAST=${LAST}
ExecStart=/usr/bin/python3 ${SPAN}/main.py
Restart=always
RestartSec=15
TimeoutStopSec=150

[Install]
WantedBy=multi-user.target
UNIT
}

start_replicas() { # Instead of the start script's: all GPUs are one replica's, and others' beside.
  local gpus
  gpus=$(whole_gpus)
  if ((gpus != TENSOR_PARALLEL)); then
    log "${TENSOR_PARALLEL} GPUs are planned for each machine of a replica, and this one has ${gpus}"
    return 1
  fi
  write_gate
  move_gate
  write_replica
  write_members
  systemctl daemon-reload
  systemctl enable --now --no-block gpuinfra-replica.service
  log "one of ${NODES} machines of a replica"
}
