#!/usr/bin/env bash
# Sourced by the start script of machines whose group keeps some of them prepared and stopped. On AWS the group waits for a machine's word (HOOK) before it stops it, or lets
# it serve; on Google Cloud it stops a machine after the time in which it should be prepared.
# shellcheck disable=SC2154 # The settings stand in the start script.

mount_cache() { # Instead of the start script's: a stop empties local disks.
  CACHE=${DISK}
  mkdir -p "${CACHE}"
  log "models are kept in ${CACHE}, on the root disk"
}

amazon() {
  local token
  token=$(curl -fsS --max-time 5 -X PUT -H 'X-aws-ec2-metadata-token-ttl-seconds: 300' http://169.254.169.254/latest/api/token) &&
    curl -fsS --max-time 5 -H "X-aws-ec2-metadata-token: ${token}" "http://169.254.169.254/latest/meta-data/$1"
}

# While a machine is prepared units are enabled and none is started: a router would send it requests.
systemctl() {
  local word words=()
  for word; do
    [[ ${word} == --now && ${WAITS} == 1 ]] || words+=("${word}")
  done
  command systemctl "${words[@]}"
}

settle() { # Tells the group to go on, once it waits for this machine.
  local id left=60 group state
  [[ ${CLOUD} == aws ]] && id=$(amazon instance-id) || return 0
  while ((left-- > 0)); do
    read -r group state <<< "$(aws autoscaling describe-auto-scaling-instances --region "${REGION}" --instance-ids "${id}" \
      --query 'AutoScalingInstances[0].[AutoScalingGroupName,LifecycleState]' --output text)"
    case ${state:-} in
      *Pending:Wait)
        aws autoscaling complete-lifecycle-action --region "${REGION}" --lifecycle-hook-name "${HOOK}" --auto-scaling-group-name "${group}" \
          --instance-id "${id}" --lifecycle-action-result CONTINUE && return
        ;;
      '' | None | *Pending*) ;;
      *) return ;; # Nobody waits any more.
    esac
    sleep 10
  done
  log "the group was not told that this machine is prepared; it goes on without"
}

WAITS=0
if [[ ${CLOUD} == aws ]]; then
  run_on_every_boot
  [[ $(amazon autoscaling/target-lifecycle-state || true) != Warmed:* ]] || WAITS=1
fi
SETTLING=''
if ((WAITS == 0)); then
  settle & # It serves: that it is not ready yet is the router's to see.
  SETTLING=$!
fi

prepared() { # The start script has come to its end.
  if [[ -n ${SETTLING} ]]; then
    wait "${SETTLING}" || true
  else
    log "prepared; it waits until it is needed"
    settle
  fi
}
