# Mounts what the machines of a region share. The start script reads this file before it does anything; FILES names what there is: "USE KIND SOURCE;...".
# shellcheck shell=bash disable=SC2153,SC2154
SHARED=/mnt/gpuinfra

# EFS by its own helper alone: it encrypts what goes over the network, and reads three times as fast as NFS by itself. A machine that boots again mounts by /etc/fstab.
mount_one() { # use, kind, source
  local at=${SHARED}/$1 what
  case $2 in
    efs) what="$3:/ ${at} efs tls" ;;
    nfs) what="$3 ${at} nfs4 nfsvers=4.1,hard,nconnect=8,rsize=1048576,wsize=1048576" ;;
    lustre) what="$3 ${at} lustre flock" ;;
    *) log "refused: $2 is no file system that this knows" && return 1 ;;
  esac
  mkdir -p "${at}"
  grep -qsF " ${at} " "${FSTAB:=/etc/fstab}" || echo "${what},noatime,_netdev,nofail 0 0" >> "${FSTAB}"
  mountpoint -q "${at}" || mount "${at}"
}

mount_files() {
  local file use kind source files
  IFS=';' read -ra files <<< "${FILES}"
  for file in "${files[@]}"; do
    read -r use kind source <<< "${file}"
    retry 15 mount_one "${use}" "${kind}" "${source}"
  done
}

# One machine copies, the others wait for it and find that everything is there. Who goes away meanwhile lets go of the lock.
fetch_shared() {
  local lock
  mkdir -p "$(dirname "${MODEL_DIR}")"
  exec {lock}> "${MODEL_DIR}.lock"
  flock "${lock}"
  fetch_weights || { exec {lock}>&-; return 1; }
  exec {lock}>&-
}
