#!/usr/bin/env bash
# What the scripts of routers and monitors share, after shell.sh. CLOUD, REGION and BUCKET are set by whoever runs them.
umask 077

fetch() { # key in the bucket, its SHA-256, file
  if [[ ${CLOUD} == aws ]]; then
    aws s3 cp --region "${REGION}" --only-show-errors "s3://${BUCKET}/$1" "$3"
  else
    gcloud --quiet storage cp "gs://${BUCKET}/$1" "$3"
  fi && sha256sum --check --quiet - <<< "$2  $3"
}

secret() { # name
  if [[ ${CLOUD} == aws ]]; then
    aws secretsmanager get-secret-value --region "${REGION}" --secret-id "$1" --query SecretString --output text
  else
    gcloud --quiet secrets versions access latest --secret "$1"
  fi
}
