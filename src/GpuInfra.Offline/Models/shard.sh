#!/usr/bin/env bash
# Cuts weights for replicas of several GPUs, so that each GPU reads its own part alone. Run it on one machine with the GPUs of the pool. Without arguments it looks, cuts nothing and ends
# with 1 when something is absent; with --run it cuts and uploads what is. It may be run again at any time: what is there is left alone, and what was cut whole is not cut again.
#
# On standard output it writes a line for everything that is there. Needs jq, sha256sum, aws or gcloud, signed in; pulumi, unless ADDRESSES has the stack's output weights;
# with --run also docker with NVIDIA's runtime, and disk for the weights twice.
set -euo pipefail
: "${WEIGHTS:=weights}" # Holds MODEL/PRECISION/REVISION/, downloaded when it is not there.
case ${1:-} in '') RUN='' ;; --run) RUN=1 ;; *) echo "usage: $0 [--run]" >&2; exit 2 ;; esac
CUT='^[0-9a-f]+ [ *](\./)?tp[0-9]+/' # Lines of SHA256SUMS about parts.

download() { # address, directory: without parts
  mkdir -p "$2"
  if [[ $1 == s3://* ]]; then
    aws s3 sync --only-show-errors --exclude 'tp*/*' "$1/" "$2/" >&2
  else
    gcloud storage rsync --recursive --exclude '^tp[0-9]+/' "$1/" "$2/" >&2
  fi
}

is_whole() { # directory, the pinned SHA-256 or nothing
  is_pinned "$2" "$(cat "$1/SHA256SUMS")" || { say "refused: $1/SHA256SUMS is not the one that the plan pins"; return 1; }
  (cd "$1" && grep -vE "${CUT}" SHA256SUMS | sha256sum --check --quiet - >&2) || { say "refused: $1 is not what its SHA256SUMS says"; return 1; }
}

pull() { # image
  local registry=${1%%/*}
  docker image inspect "$1" > /dev/null 2>&1 && return
  if [[ $1 =~ \.dkr\.ecr\.([a-z0-9-]+)\. ]]; then
    aws ecr get-login-password --region "${BASH_REMATCH[1]}" | docker login --username AWS --password-stdin "${registry}" >&2
  else
    gcloud auth print-access-token | docker login --username oauth2accesstoken --password-stdin "${registry}" >&2
  fi && docker pull --quiet "$1" >&2
}

# Workers of the engine begin by importing this file, so what it does stands behind the name.
program() {
  cat << 'PYTHON'
import os
import shutil
from pathlib import Path

from vllm import LLM

WEIGHTS = {".safetensors", ".bin", ".ckpt", ".pkl", ".pt", ".pth"}

if __name__ == "__main__":
    llm = LLM(model="/model", tensor_parallel_size=int(os.environ["GPUS"]), dtype=os.environ["DTYPE"], max_model_len=int(os.environ["MAX_MODEL_LEN"]),
              gpu_memory_utilization=float(os.environ["GPU_MEMORY_UTILIZATION"]), enforce_eager=True)
    engine = llm.llm_engine
    saver = engine.engine_core if hasattr(engine, "engine_core") else engine.model_executor
    saver.save_sharded_state(path="/cut", pattern=None, max_size=5 * 1024 ** 3)
    for file in Path("/model").iterdir():
        if file.is_file() and file.suffix not in WEIGHTS and file.name not in ("SHA256SUMS", "model.safetensors.index.json"):
            shutil.copy(file, "/cut")
PYTHON
}

cut_for() { # directory, GPUs, image, data type, longest context, share of memory: the folder tpN below the directory
  local out rank here code
  out=$(realpath "$1")/tp$2
  if [[ -e ${out}/SHA256SUMS ]] && (cd "${out}" && sha256sum --check --quiet SHA256SUMS >&2); then
    return
  fi
  here=$(nvidia-smi --list-gpus | grep -c '^GPU ' || true)
  ((here >= $2)) || { say "refused: $2 GPUs are needed, and this machine has ${here}"; return 1; }
  pull "$3" || return 1
  rm -rf "${out}" "${out}.part"
  mkdir -p "${out}.part"
  code=$(mktemp)
  program > "${code}"
  chmod 644 "${code}"
  docker run --rm --gpus all --network none --shm-size=16g --cap-drop=ALL --security-opt=no-new-privileges \
    --volume "${out%/*}:/model:ro" --volume "${out}.part:/cut" --volume "${code}:/program.py:ro" \
    --env HF_HUB_OFFLINE=1 --env VLLM_NO_USAGE_STATS=1 --env "GPUS=$2" --env "DTYPE=$4" --env "MAX_MODEL_LEN=$5" --env "GPU_MEMORY_UTILIZATION=$6" \
    --entrypoint python3 "$3" /program.py >&2 || { say "the engine could not cut $1 for $2 GPUs"; return 1; }
  rm -f "${code}"
  for ((rank = 0; rank < $2; rank++)); do
    compgen -G "${out}.part/model-rank-${rank}-part-*.safetensors" > /dev/null || { say "refused: the part of GPU ${rank} is not there"; return 1; }
  done
  (cd "${out}.part" && find . -type f | LC_ALL=C sort | xargs -d '\n' sha256sum > ../sums && mv ../sums SHA256SUMS) && mv "${out}.part" "${out}"
}

# A plan that pins the sums of its weights pins those of their parts: they get a revision of their own.
pin_again() { # directory, GPUs: copied beside it by links, with sums of all
  rm -rf "$1-tp$2"
  cp -al "$1" "$1-tp$2"
  rm "$1-tp$2/SHA256SUMS"
  (cd "$1-tp$2" && find . -type f ! -path './.cache/*' | LC_ALL=C sort | xargs -d '\n' sha256sum > ../sums && mv ../sums SHA256SUMS)
  sha256sum "$1-tp$2/SHA256SUMS" | cut -d' ' -f1
}

shard() { # region, key, revision, GPUs, image, data type, longest context, share of memory, compute capability or nothing, the pinned SHA-256 or nothing
  local what=models/$2/$3/tp$4 dir=${WEIGHTS}/$2/$3 has
  find_address "$1" "$2" "$3" || return 0
  if [[ -n $(stored "${ADDRESS}/tp$4/SHA256SUMS") ]] || stored "${ADDRESS}/SHA256SUMS" | grep -qE "^[0-9a-f]+ [ *](\./)?tp$4/"; then
    is_there "$1" "${what}"
    return
  elif [[ -z ${RUN} ]]; then
    is_absent "$1" "${what}"
    return
  fi
  has=$(nvidia-smi --query-gpu=compute_cap --format=csv,noheader | sort -u | head -n 1)
  if [[ -n $9 && ${has} != "$9" ]]; then
    is_absent "$1" "${what}" "is to be cut on GPUs of compute capability $9, which prepare quantised weights in their own way; this machine's have ${has:-none}"
    return
  fi
  [[ -e ${dir}/SHA256SUMS ]] || download "${ADDRESS}" "${dir}" || { is_absent "$1" "${what}" "could not be cut: its weights cannot be read"; return; }
  [[ -e ${dir}/SHA256SUMS ]] || { is_absent "$1" "${what}" "could not be cut: the weights are not there (gpuinfra models sync)"; return; }
  if ! is_whole "${dir}" "${10}" || ! cut_for "${dir}" "$4" "$5" "$6" "$7" "$8"; then
    is_absent "$1" "${what}" "could not be cut"
  elif [[ -n ${10} ]]; then
    is_absent "$1" "${what}" "waits for a revision: the plan pins other sums. Give it revision $3-tp$4 and sha256 $(pin_again "${dir}" "$4"), then gpuinfra models sync"
  elif upload "${dir}/tp$4" "${ADDRESS}/tp$4" >&2; then
    is_there "$1" "${what}"
  else
    is_absent "$1" "${what}" "could not be copied"
  fi
}
