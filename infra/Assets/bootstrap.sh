#!/usr/bin/env bash
# Turns a GPU machine into replicas of one serving. The settings stand above this line as KEY='value' (Bootstrap.cs writes them), then what shell.sh has.
# It may run again on every boot: each step finds what an earlier run has left.
# shellcheck disable=SC2154
# --- Disks: the first of what the image has mounted, the machine's own NVMe disks, the root disk --------------------------------

nvme_disks() {
  local link
  for link in /dev/disk/by-id/nvme-Amazon_EC2_NVMe_Instance_Storage_* /dev/disk/by-id/google-local-nvme-ssd-*; do
    [[ -e ${link} && ${link} != *-part* ]] && readlink -f "${link}"
  done | sort -u
}

mount_cache() {
  CACHE=/var/lib/gpuinfra
  local ready=/opt/dlami/nvme # Deep Learning images have assembled the disks already.
  if mountpoint -q "${ready}"; then
    CACHE=${ready}/gpuinfra
  elif ! mountpoint -q "${CACHE}"; then
    local disks device
    mapfile -t disks < <(nvme_disks)
    if ((${#disks[@]} > 0)); then
      device=${disks[0]}
      if ((${#disks[@]} > 1)) && command -v mdadm > /dev/null; then
        device=/dev/md0
        [[ ! -e /dev/md127 ]] || device=/dev/md127 # Its name after a reboot.
        [[ -e ${device} ]] || mdadm --create "${device}" --run --level=0 --raid-devices="${#disks[@]}" "${disks[@]}"
      fi
      blkid "${device}" > /dev/null || mkfs.ext4 -q -E lazy_itable_init=1 "${device}"
      mkdir -p "${CACHE}"
      mount -o noatime "${device}" "${CACHE}"
    fi
  fi
  mkdir -p "${CACHE}"
  log "models are kept in ${CACHE}: $(df -h --output=avail "${CACHE}" | tail -1 | tr -d ' ') free"
}

# --- Engine image ------------------------------------------------------------------------------------------------------------

sign_in() {
  local registry=${ENGINE_IMAGE%%/*}
  if [[ ${CLOUD} == aws ]]; then
    aws ecr get-login-password --region "${REGION}" | docker login --username AWS --password-stdin "${registry}"
  else
    gcloud --quiet auth configure-docker "${registry}"
  fi
}

pull_engine() {
  docker image inspect "${ENGINE_IMAGE}" > /dev/null 2>&1 || { sign_in && docker pull --quiet "${ENGINE_IMAGE}"; }
}

# --- Weights: safetensors only, complete only when their checksums are there and hold -------------------------------------------

list_weights() {
  if [[ ${CLOUD} == aws ]]; then
    aws s3api list-objects-v2 --region "${REGION}" --bucket "${BUCKET}" --prefix "${WEIGHTS}/" \
      --query 'Contents[].[Key]' --output text
  else
    gcloud --quiet storage ls --recursive "gs://${BUCKET}/${WEIGHTS}/"
  fi
}

copy_weights() {
  if [[ ${CLOUD} == aws ]]; then
    aws s3 sync --region "${REGION}" --only-show-errors --delete "s3://${BUCKET}/${WEIGHTS}/" "${MODEL_DIR}/"
  else
    gcloud --quiet storage rsync --recursive --delete-unmatched-destination-objects "gs://${BUCKET}/${WEIGHTS}/" "${MODEL_DIR}/"
  fi
}

check_weights() {
  if [[ -n ${WEIGHTS_SHA256:-} ]] && ! sha256sum --check --quiet - <<< "${WEIGHTS_SHA256}  ${MODEL_DIR}/SHA256SUMS"; then
    log "refused: SHA256SUMS in ${BUCKET}/${WEIGHTS}/ is not the one that the plan pins."
    return 1
  fi
  check_sums "${MODEL_DIR}" && check_parts
}

check_sums() { # directory
  # shellcheck disable=SC2016 # xargs' shell expands it.
  (cd "$1" && xargs -a SHA256SUMS -d '\n' -P 8 -I '{}' sh -c 'printf "%s\n" "$1" | sha256sum --check --quiet -' check '{}')
}

# Parts for so many GPUs are summed with the weights, or later in a file of their own, which a plan that pins the sums of its weights has not seen.
check_parts() {
  local part
  for part in "${MODEL_DIR}"/tp*/; do
    if [[ -d ${part} ]] && ! grep -qE " [ *](\./)?$(basename "${part}")/" "${MODEL_DIR}/SHA256SUMS" &&
      ! { [[ -z ${WEIGHTS_SHA256:-} && -e ${part}SHA256SUMS ]] && check_sums "${part}"; }; then
      log "not used: ${part} has no sums that hold"
      rm -rf "${part}"
    fi
  done
}

fetch_weights() {
  [[ -e ${MODEL_DIR}.verified ]] && return
  local found
  found=$(list_weights) || found=''
  if grep -E '\.(bin|ckpt|pkl|pt|pth)$' <<< "${found}"; then
    log "refused: the files above can hold code. Upload safetensors to ${BUCKET}/${WEIGHTS}/ and delete them."
    return 1
  fi
  if ! grep -q '\.safetensors$' <<< "${found}" || ! grep -q '/SHA256SUMS$' <<< "${found}"; then
    log "no complete weights in ${BUCKET}/${WEIGHTS}/: upload safetensors and tokenizer," \
      "then SHA256SUMS (sha256sum ./* > SHA256SUMS) last."
    return 1
  fi
  mkdir -p "${MODEL_DIR}"
  copy_weights && check_weights && touch "${MODEL_DIR}.verified"
}

# --- GPUs: whole, or cut into MIG instances ------------------------------------------------------------------------------------

whole_gpus() { nvidia-smi --list-gpus | grep -c '^GPU ' || true; }

mig_devices() { nvidia-smi --list-gpus | sed -n 's/.*(UUID: \(MIG-[^)]*\)).*/\1/p'; }

mig_is_on() { [[ $(nvidia-smi --query-gpu=mig.mode.current --format=csv,noheader | sort -u) == Enabled ]]; }

# Instances are gone after a reboot, and so is MIG mode from Hopper on; AWS runs user data once, so this script must come back by itself.
run_on_every_boot() {
  [[ ${CLOUD} == aws && $0 != "${KEPT}" ]] || return 0
  mkdir -p "$(dirname "${KEPT}")"
  install -m 700 "$0" "${KEPT}"
  printf '%s\n' '[Unit]' 'After=docker.service network-online.target' 'Wants=network-online.target' \
    '[Service]' 'Type=oneshot' "ExecStart=/bin/bash ${KEPT}" '[Install]' 'WantedBy=multi-user.target' \
    > /etc/systemd/system/gpuinfra-boot.service
  systemctl daemon-reload
  systemctl enable gpuinfra-boot.service
}

# Ampere takes MIG mode at a reset; where the machine may not reset its GPUs it does at a reboot, once.
turn_mig_on() {
  systemctl stop nvidia-dcgm dcgm-exporter nvidia-persistenced 2> /dev/null || true
  nvidia-smi --multi-instance-gpu=1
  mig_is_on || nvidia-smi --gpu-reset || true
  if mig_is_on; then
    return
  elif [[ -e ${KEPT}.rebooted ]]; then
    log "refused: MIG is still off after a reboot. Can these GPUs be cut?"
    return 1
  fi
  log "MIG needs a reboot"
  mkdir -p "$(dirname "${KEPT}")"
  touch "${KEPT}.rebooted"
  systemctl reboot
  exit 0
}

cut_gpus() {
  [[ -n ${MIG_PROFILE:-} ]] || return 0
  KEPT=/var/lib/gpuinfra-boot/bootstrap.sh
  run_on_every_boot
  mig_is_on || turn_mig_on
  local wanted=$(($(whole_gpus) * REPLICAS_PER_GPU))
  if (($(mig_devices | wc -l) != wanted)); then
    nvidia-smi mig --destroy-compute-instance || true # None, mostly.
    nvidia-smi mig --destroy-gpu-instance || true
    nvidia-smi mig --create-gpu-instance "$(yes "${MIG_PROFILE}" | head -n "${REPLICAS_PER_GPU}" | paste -sd,)" --default-compute-instance
  fi
  if (($(mig_devices | wc -l) != wanted)); then
    log "refused: ${wanted} instances of ${MIG_PROFILE} were wanted, and there are $(mig_devices | wc -l)"
    return 1
  fi
}

# --- Replicas ----------------------------------------------------------------------------------------------------------------

# Weights that were cut for so many GPUs beforehand are read by each GPU alone, its own part of them.
engine_flags() {
  local cut=tp${TENSOR_PARALLEL}
  [[ -d ${MODEL_DIR}/${cut} && ${PIPELINE_PARALLEL} == 1 ]] && printf ' %s' --load-format sharded_state || cut=
  printf ' %s' --model "/model${cut:+/${cut}}" --served-model-name "${MODEL}" --host 0.0.0.0 --dtype "${DTYPE}" --kv-cache-dtype "${KV_CACHE_DTYPE}" \
    --tensor-parallel-size "${TENSOR_PARALLEL}" --pipeline-parallel-size "${PIPELINE_PARALLEL}" \
    --max-model-len "${MAX_MODEL_LEN}" --max-num-seqs "${MAX_NUM_SEQS}" --gpu-memory-utilization "${GPU_MEMORY_UTILIZATION}"
  [[ ${TASK} != embedding ]] || printf ' %s' --runner pooling
  [[ -z ${MAX_LORAS:-} ]] || adapter_flags
}

# Adapters are part of the weights, each in a directory of its own below adapters/, and go by its name.
adapter_flags() {
  printf ' %s' --enable-lora --max-loras "${MAX_LORAS}" --max-cpu-loras "${MAX_CPU_LORAS}" --max-lora-rank "${MAX_LORA_RANK}"
  local adapter modules=()
  for adapter in "${MODEL_DIR}"/adapters/*/; do
    [[ ! -d ${adapter} ]] || modules+=("$(basename "${adapter}")=/model/adapters/$(basename "${adapter}")")
  done
  [[ ${#modules[@]} == 0 ]] || printf ' %s' --lora-modules "${modules[@]}"
}

log_flags() {
  if [[ ${CLOUD} == aws ]]; then
    printf ' %s' --log-driver=awslogs --log-opt mode=non-blocking --log-opt "awslogs-region=${REGION}" \
      --log-opt "awslogs-group=${LOG_GROUP}" --log-opt "awslogs-stream=${POOL}/${HOSTNAME}/$1"
  else
    printf ' %s' --log-driver=gcplogs --log-opt mode=non-blocking
  fi
}

# Nobody outside reaches a replica before it has made a token: a server that answers health checks may make none. From the machine itself
# packets take another way than DOCKER-USER.
write_gate() {
  local ask='completions' body='"prompt":"1","max_tokens":1' proof='"completion_tokens": *1'
  [[ ${TASK} != embedding ]] || { ask='embeddings' body='"input":"1"' proof='"embedding": *[[] *-*[0-9]'; }
  cat > /usr/local/sbin/gpuinfra-gate << GATE
#!/bin/sh
rule="DOCKER-USER -p tcp -m conntrack --ctorigdstport \$2 --ctdir ORIGINAL -j REJECT --reject-with tcp-reset"
if [ "\$1" = shut ]; then iptables -C \$rule 2> /dev/null || iptables -I \$rule; exit; fi
until curl -fsS --max-time 300 -H 'Content-Type: application/json' -d '{"model":"${MODEL%% *}",${body}}' \\
  "http://127.0.0.1:\$2/v1/${ask}" | grep -q '${proof}'; do sleep 5; done
while iptables -D \$rule 2> /dev/null; do :; done
GATE
  chmod 755 /usr/local/sbin/gpuinfra-gate
}

# Containers are kept from the metadata service: an engine is code from outside and gets no credentials of the machine.
write_replica() { # number, GPUs as 0,1
  local name=engine-$1 port=$((FIRST_PORT + $1))
  cat > "/etc/systemd/system/${name}.service" << UNIT
[Unit]
Description=Replica $1 of ${POOL}
After=docker.service network-online.target
Requires=docker.service
StartLimitIntervalSec=0

[Service]
ExecStartPre=/bin/sh -c 'for verb in -C -I; do iptables \$\$verb DOCKER-USER -d 169.254.169.254 -j DROP && break; done'
ExecStartPre=-/usr/bin/docker rm --force ${name}
ExecStartPre=/usr/local/sbin/gpuinfra-gate shut ${port}
ExecStart=/usr/bin/docker run --rm --name ${name} --gpus '"device=$2"' --shm-size=16g --publish ${port}:8000 \\
  --cap-drop=ALL --security-opt=no-new-privileges --volume ${MODEL_DIR}:/model:ro$(log_flags "$1") \\
  --env HF_HUB_OFFLINE=1 --env VLLM_NO_USAGE_STATS=1 ${ENGINE_IMAGE}$(engine_flags)
ExecStartPost=/usr/local/sbin/gpuinfra-gate open ${port}
ExecStop=/usr/bin/docker stop --time 90 ${name}
Restart=always
RestartSec=15
TimeoutStartSec=0
TimeoutStopSec=110

[Install]
WantedBy=multi-user.target
UNIT
}

start_replicas() {
  local gpus per_replica=$((TENSOR_PARALLEL * PIPELINE_PARALLEL)) replicas devices=() i
  gpus=$(whole_gpus)
  if [[ -n ${MIG_PROFILE:-} ]]; then
    mapfile -t devices < <(mig_devices)
  else
    # shellcheck disable=SC2017 # Whole replicas are meant.
    for ((i = 0; i < gpus / per_replica * ${REPLICAS_PER_GPU:-1}; i++)); do
      # shellcheck disable=SC2017
      local first=$((i / ${REPLICAS_PER_GPU:-1} * per_replica))
      devices+=("$(seq -s, "${first}" $((first + per_replica - 1)))")
    done
  fi
  replicas=${#devices[@]}
  ((replicas <= MOST_REPLICAS)) || replicas=${MOST_REPLICAS}
  if ((replicas == 0)); then
    log "a replica needs ${per_replica} GPUs and this machine has ${gpus}"
    return 1
  fi
  write_gate
  for ((i = 0; i < replicas; i++)); do
    write_replica "${i}" "${devices[i]}"
  done
  systemctl daemon-reload
  for ((i = 0; i < replicas; i++)); do
    systemctl enable --now --no-block "engine-${i}.service"
  done
  log "started ${replicas} replicas on ${gpus} GPUs"
}

mount_cache
MODEL_DIR=${CACHE}/${WEIGHTS}
retry 10 nvidia-smi --list-gpus
cut_gpus
retry 10 docker info --format '{{.ServerVersion}}'
retry 30 pull_engine
retry 60 fetch_weights
start_replicas
