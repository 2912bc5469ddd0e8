#!/bin/sh
# Starts vLLM in a container. Its arguments are the engine's; what only the weights tell is added here.
# shellcheck disable=SC2154
set -eu

model=/model
# Weights that were cut for so many GPUs beforehand are read by each GPU alone, its own part of them.
if [ -d "/model/tp${TENSOR_PARALLEL}" ] && [ "${PIPELINE_PARALLEL}" = 1 ]; then
  model=/model/tp${TENSOR_PARALLEL}
  set -- "$@" --load-format sharded_state
fi

# Adapters are part of the weights, each in a directory of its own below adapters/, and go by its name.
if [ -n "${MAX_LORAS:-}" ] && [ -d /model/adapters ]; then
  set -- "$@" --lora-modules
  for adapter in /model/adapters/*/; do
    name=$(basename "${adapter}")
    set -- "$@" "${name}=/model/adapters/${name}"
  done
fi

exec python3 -m vllm.entrypoints.openai.api_server --model "${model}" "$@"
