#!/usr/bin/env bash
# Copies weights and the engine's image to where a stack's machines read them. Without arguments it looks, copies nothing and ends with 1 when something
# is absent; with --run it copies what is. It may be run again at any time: what is there is left alone.
#
# On standard output it writes a line for everything that is there: the manifest that gpuinfra validate --manifest reads.
# Needs pulumi, jq and sha256sum; aws or gcloud, signed in; with --run also skopeo, and hf for weights of Hugging Face.
set -euo pipefail
: "${WEIGHTS:=weights}"                               # Holds MODEL/PRECISION/REVISION/, downloaded or to be.
: "${ENGINE_SOURCE:=docker.io/vllm/vllm-openai}"      # Where the engine's image is published.
case ${1:-} in '') RUN='' ;; --run) RUN=1 ;; *) echo "usage: $0 [--run]" >&2; exit 2 ;; esac

fetch() { # directory, revision, where they are published or nothing, the pinned SHA-256 or nothing
  if [[ ! -d $1 ]]; then
    [[ $3 == hf://* ]] || { say "$1 is not there: put the weights into it"; return 1; }
    hf download "${3#hf://}" --revision "$2" --local-dir "$1" --include '*.safetensors' '*.json' '*.txt' '*.model' >&2 || return 1
  fi
  if find "$1" -type f | grep -E '\.(bin|ckpt|pkl|pt|pth)$' >&2; then
    say "refused: the files above can hold code; machines take safetensors only"
    return 1
  fi
  if [[ ! -e $1/SHA256SUMS ]]; then
    (cd "$1" && find . -type f ! -path './.cache/*' | LC_ALL=C sort | xargs -d '\n' sha256sum > ../sums && mv ../sums SHA256SUMS) || return 1
  fi
  (cd "$1" && sha256sum --check --quiet SHA256SUMS >&2) || { say "refused: $1 is not what its SHA256SUMS says"; return 1; }
  is_pinned "$4" "$(cat "$1/SHA256SUMS")" || { say "refused: $1/SHA256SUMS is not the one that the plan pins"; return 1; }
}

weights() { # region, key, revision, where they are published or nothing, the pinned SHA-256 or nothing
  local sums dir=${WEIGHTS}/$2/$3
  find_address "$1" "$2" "$3" || return 0
  if sums=$(stored "${ADDRESS}/SHA256SUMS") && [[ -n ${sums} ]]; then
    if ! is_pinned "$5" "${sums}" || [[ -e ${dir}/SHA256SUMS && $(cat "${dir}/SHA256SUMS") != "${sums}" ]]; then
      is_absent "$1" "models/$2/$3" "is there with other contents: a revision never changes; give the weights a new one"
    else
      is_there "$1" "models/$2/$3"
    fi
  elif [[ -z ${RUN} ]]; then
    is_absent "$1" "models/$2/$3"
  elif fetch "${dir}" "$3" "$4" "$5" && upload "${dir}" "${ADDRESS}" >&2; then
    is_there "$1" "models/$2/$3"
  else
    is_absent "$1" "models/$2/$3" "could not be copied"
  fi
}

has_image() { # image by digest
  if [[ $1 =~ ^([0-9]+)\.dkr\.ecr\.([a-z0-9-]+)\.amazonaws\.com/([^@]+)@(.+)$ ]]; then
    aws ecr describe-images --registry-id "${BASH_REMATCH[1]}" --region "${BASH_REMATCH[2]}" --repository-name "${BASH_REMATCH[3]}" \
      --image-ids "imageDigest=${BASH_REMATCH[4]}" > /dev/null 2>&1
  else
    gcloud artifacts docker images describe "$1" > /dev/null 2>&1
  fi
}

sign_in() { # image
  local registry=${1%%/*}
  if [[ $1 =~ \.dkr\.ecr\.([a-z0-9-]+)\. ]]; then
    aws ecr get-login-password --region "${BASH_REMATCH[1]}" | skopeo login --username AWS --password-stdin "${registry}" >&2
  else
    gcloud auth print-access-token | skopeo login --username oauth2accesstoken --password-stdin "${registry}" >&2
  fi
}

image() { copy_image "$1" "$2" "${ENGINE_SOURCE}"; }

training_image() { copy_image "$1" "$2" "${TRAINING_SOURCE:-}"; }

copy_image() { # region, image by digest, where it is published: copied as it is, so that the digest stays
  local digest=${2##*@}
  if has_image "$2"; then
    is_there "$1" "$2"
  elif [[ -z ${RUN} ]]; then
    is_absent "$1" "$2"
  elif [[ -z $3 ]]; then
    is_absent "$1" "$2" "where is it published? Set TRAINING_SOURCE"
  elif sign_in "$2" && skopeo copy --all --preserve-digests "docker://$3@${digest}" "docker://${2%@*}:${digest/:/-}" >&2; then
    is_there "$1" "$2"
  else
    is_absent "$1" "$2" "could not be copied"
  fi
}
