#!/usr/bin/env bash
# Publishes, once a minute, what work is on this machine. For a watchdog (WATCHED): how busy the busiest GPU was (percent), and requests
# running, waiting and just finished, and people signed in. For a group that follows load (POOL): the mean of requests waiting for a replica and of
# its PLACES in use (percent), and once that all its replicas have made a real token. For a pool whose broken machines are replaced (REPLACED): 0 while all replicas answer, the XID
# that asks for a reset, or 1 when a replica was started RESTARTS times and made no token; nothing while it starts. What cannot be read is not told, and of what it is not told nobody thinks anything: nothing is stopped.
# CLOUD, REGION and FIRST_PORT come from the service too.
set -uo pipefail
: "${MINUTE:=60}" "${STEP:=5}" "${UNITS:=/etc/systemd/system}" # Shorter in tests.
: "${RESTARTS:=5}"
# XIDs for which NVIDIA's catalog has RESET_GPU or RESTART_BM as the action to take, or says that a reset or reboot clears them (48). Not among them: 13, 31, 43, 45 (programs), 63, 92
# (ignore), 94 (restart the program), 74 (it depends). Since R565 the driver says itself what it needs, in XID 154. docs.nvidia.com/deploy/xid-errors, catalog, read 2026-11-29.
XIDS='48 62 64 79 95 119 120 140'

google() { curl -fsS --max-time 5 -H 'Metadata-Flavor: Google' "http://metadata.google.internal/computeMetadata/v1/$1"; }

amazon() {
  local token
  token=$(curl -fsS --max-time 5 -X PUT -H 'X-aws-ec2-metadata-token-ttl-seconds: 300' http://169.254.169.254/latest/api/token) &&
    curl -fsS --max-time 5 -H "X-aws-ec2-metadata-token: ${token}" "http://169.254.169.254/latest/meta-data/$1"
}

busiest_gpu() { nvidia-smi --query-gpu=utilization.gpu --format=csv,noheader,nounits | sort -n | tail -1 | grep -Ex '[0-9]+'; }

# Requests running, waiting and finished so far, and how many replicas have them; nothing unless every replica answers.
requests() {
  local unit port=${FIRST_PORT} found=0 answer all=''
  for unit in "${UNITS}"/engine-*.service; do
    [[ -e ${unit} ]] || continue
    answer=$(curl -fsS --max-time 3 "http://127.0.0.1:$((port + found))/metrics") || return 1
    grep -q '^vllm:num_requests_running[{ ]' <<< "${answer}" || return 1
    all+=${answer}$'\n'
    found=$((found + 1))
  done
  ((found > 0)) || return 1
  awk -v found="${found}" '/^vllm:num_requests_running[{ ]/ { running += $NF } /^vllm:num_requests_waiting[{ ]/ { waiting += $NF }
    /^vllm:request_success_total[{ ]/ { finished += $NF } END { printf "%d %d %d %d\n", running, waiting, finished, found }' <<< "${all}"
}

# A unit is active once its gate is open, which a real token opens; figures come before that.
made_tokens() {
  local unit
  for unit in "${UNITS}"/engine-*.service; do
    systemctl is-active --quiet "${unit##*/}" || return 1
  done
}

# The XID since the last boot for which a GPU still needs a reset, or 0; nothing where the kernel's log cannot be read.
worst_xid() {
  local log
  log=$(journalctl --dmesg --boot --no-pager --quiet --output=cat) || return 1
  sed -nE 's/.*NVRM: Xid \(([^)]*)\): ([0-9]+)(.*)/\1 \2 \3/p' <<< "${log}" | awk -v xids=" ${XIDS} " '
    index(xids, " " $2 " ") { needs[$1] = $2 }
    $2 == 154 && / to 0x[0-9a-fA-F]+ \(None\)/ { needs[$1] = 0 }
    $2 == 154 && / to 0x[0-9a-fA-F]+ \((GPU Reset Required|Node Reboot Required|Drain and Reset)\)/ { if (!needs[$1]) needs[$1] = 154 }
    END { worst = 0; for (gpu in needs) if (needs[gpu] > worst) worst = needs[gpu]; print worst }'
}

# Sets ENGINES: 0 when all answer, 1 when one was started too often since it did, nothing between the two.
declare -A ANSWERED_AT=()
look_at_engines() {
  local unit restarts all=0
  ENGINES=''
  for unit in "${UNITS}"/engine-*.service; do
    restarts=$(systemctl show --property=NRestarts --value "${unit##*/}") && [[ ${restarts} =~ ^[0-9]+$ ]] || return 0
    if systemctl is-active --quiet "${unit##*/}"; then
      ANSWERED_AT[${unit}]=${restarts}
    else
      : "${ANSWERED_AT[${unit}]:=${restarts}}"
      all=''
      ((restarts - ANSWERED_AT[${unit}] < RESTARTS)) || { ENGINES=1 && return 0; }
    fi
  done
  ENGINES=${all}
}

people() { echo $(($(who | wc -l) + $(pgrep -c ssm-session-wor || true))); }

publish() { # name for AWS, its unit, name for Google, value, whose it is for AWS
  if [[ ${CLOUD} == aws ]]; then
    aws cloudwatch put-metric-data --region "${REGION}" --namespace GpuInfra --metric-name "$1" --unit "$2" --value "$4" \
      --dimensions "${5:-InstanceId=${ID}}"
  else
    local token
    token=$(google instance/service-accounts/default/token | sed -E 's/.*"access_token" *: *"([^"]+)".*/\1/') &&
      curl -fsS --max-time 20 -X POST -H "Authorization: Bearer ${token}" -H 'Content-Type: application/json' \
        "https://monitoring.googleapis.com/v3/projects/${PROJECT}/timeSeries" --data "{\"timeSeries\":[{\"metric\":{\"type\":\
\"custom.googleapis.com/gpuinfra/$3\"},\"resource\":{\"type\":\"gce_instance\",\"labels\":{\"project_id\":\"${PROJECT}\",\
\"instance_id\":\"${ID}\",\"zone\":\"${ZONE}\"}},\"points\":[{\"interval\":{\"endTime\":\"$(date -u +%FT%TZ)\"},\
\"value\":{\"doubleValue\":$4}}]}]}" > /dev/null
  fi
}

if [[ ${CLOUD} == aws ]]; then
  ID=$(amazon instance-id) || exit 1
else
  ID=$(google instance/id) && PROJECT=$(google project/project-id) && ZONE=$(google instance/zone) || exit 1
  ZONE=${ZONE##*/}
fi

finished='' ENGINES=''
while true; do
  minute=$((SECONDS / MINUTE)) gpu='' work=0 heard=1 in_use=0 queued=0 looks=0
  while ((SECONDS / MINUTE == minute)); do
    if [[ -n ${WATCHED:-} ]] && now=$(busiest_gpu); then
      ((now <= ${gpu:--1})) || gpu=${now}
    fi
    if counted=$(requests); then
      read -r running waiting all replicas <<< "${counted}"
      in_use=$((in_use + running)) queued=$((queued + waiting)) looks=$((looks + replicas))
      now=$((running + waiting + $(people) + (all > ${finished:-${all}} ? all - finished : 0)))
      finished=${all}
      ((now <= work)) || work=${now}
    else
      heard=0
    fi
    sleep "${STEP}"
  done
  [[ -z ${gpu} ]] || publish GpuUtilization Percent gpu_utilization "${gpu}" &
  [[ -z ${WATCHED:-} ]] || ((heard == 0)) || publish Activity Count activity "${work}" &
  if [[ -n ${REPLACED:-} ]]; then
    look_at_engines
    if now=$(worst_xid); then
      ((now == 0)) || ENGINES=${now}
      [[ -z ${ENGINES} ]] || publish Broken None broken "${ENGINES}" &
    fi
  fi
  if [[ -n ${POOL:-} ]] && ((looks > 0)); then
    read -r in_use queued <<< "$(awk -v u="${in_use}" -v q="${queued}" -v l="${looks}" -v p="${PLACES}" 'BEGIN { printf "%.2f %.3f\n", 100 * u / l / p, q / l }')"
    publish PlacesInUse Percent places_in_use "${in_use}" "Pool=${POOL}" &
    publish RequestsWaiting Count requests_waiting "${queued}" "Pool=${POOL}" &
    [[ -n ${answered:-} ]] || ! made_tokens || { publish Answered Count answered 1 && answered=1; }
  fi
done
