#!/usr/bin/env bash
# What the scripts of gpuinfra models share: how they look into buckets, upload, and say what is there.
ABSENT=0

say() { printf '%s\n' "$*" >&2; }
is_there() { printf '%s %s\n' "$1" "$2"; }
is_absent() { ABSENT=$((ABSENT + 1)); say "$1: $2 ${3:-is not there}"; }

stored() { # address of a file: its content; nothing when there is none
  if [[ $1 == s3://* ]]; then aws s3 cp --quiet "$1" - 2> /dev/null; else gcloud storage cat "$1" 2> /dev/null; fi
}

upload() { # directory, address: the checksums last, since machines wait for them
  if [[ $2 == s3://* ]]; then
    aws s3 sync --only-show-errors --exclude SHA256SUMS --exclude '.cache/*' "$1" "$2" && aws s3 cp --only-show-errors "$1/SHA256SUMS" "$2/SHA256SUMS"
  else
    gcloud storage rsync --recursive --exclude '^SHA256SUMS$|^\.cache/' "$1" "$2" && gcloud storage cp "$1/SHA256SUMS" "$2/SHA256SUMS"
  fi
}

is_pinned() { # SHA-256 that the plan pins or nothing; content
  [[ -z $1 || $(printf '%s\n' "$2" | sha256sum | cut -d' ' -f1) == "$1" ]]
}

find_address() { # region, key, revision: sets ADDRESS to where the region's bucket has them, or says why not
  ADDRESS=$(jq -er --arg r "$1" --arg k "$2" '.[$r][$k]' <<< "${ADDRESSES}") || { is_absent "$1" "models/$2/$3" "has no address: run pulumi up first"; return 1; }
  [[ ${ADDRESS} == */models/$2/$3 ]] || { is_absent "$1" "models/$2/$3" "is not what was deployed (${ADDRESS##*/models/}): run pulumi up first"; return 1; }
}

finish() {
  ((ABSENT == 0)) || { say "${ABSENT} absent."; exit 1; }
  say "All is there."
}
