#!/usr/bin/env bash
# Packs the command line as a .NET tool, installs it from the folder, and runs it in an empty home: dotnet build first.
#
#   tools/package/check.sh [CONFIGURATION]
set -euo pipefail
repository=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

dotnet pack "$repository/src/GpuInfra.Cli" --no-build -c "${1:-Debug}" -o "$work/packages" -nologo -v q

mkdir "$work/home" "$work/empty"
cd "$work/empty"
export HOME=$work/home DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
dotnet tool install GpuInfra --tool-path "$work/tool" --source "$work/packages"

"$work/tool/gpuinfra" --help > help.txt
grep -q '^  preview ' help.txt
"$work/tool/gpuinfra" plan --plan "$repository/stacks/dev.plan.yaml" > plan.txt
grep -q '^dev, .* GPUs on aws' plan.txt
head -n 1 plan.txt

# A new stack, asked for in a project of its own, previews.
cp "$repository/Pulumi.yaml" .
printf '%s\n' llama-3.1-8b 2026-12 me@example.com 111122223333/us-east-1 '' '' | "$work/tool/gpuinfra" init trial --ask > init.txt 2> asked.txt
"$work/tool/gpuinfra" preview --stack trial > preview.txt
head -n 1 preview.txt
