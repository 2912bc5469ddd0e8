using GpuInfra.Planning;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Sizing;

namespace GpuInfra.Cli.Reports;

/// <summary>
/// A script that measures a replica with vLLM's own benchmark and adds a row per load to a CSV file in the columns of the published tables:
/// <c>size --batch</c> compares predictions with it, and the calibration takes it beside the tables.
/// </summary>
internal static class BenchJob
{
    /// <summary>Requests of each load for every one in flight: enough for the beginning and the end not to matter.</summary>
    private const int RequestsPerPlace = 8;

    private const string Columns =
        "source,source_version,model,gpu,gpu_memory_gb,precision,tensor_parallel,pipeline_parallel,isl,osl,output_tokens_per_s,total_gpus,scenario";

    /// <summary>The script.</summary>
    /// <exception cref="PlanException">The replica does not fit, or its engine is another.</exception>
    public static string Script(SizeAnswer answer)
    {
        var setup = answer.Setup;
        if (setup.Engine != Engine.Vllm)
        {
            throw UserError.Because("--bench-job", $"is for vllm, which machines are deployed with; measure {JsonText.Word(setup.Engine)} with its own tool.");
        }

        if (answer.Performance is null)
        {
            throw UserError.Because("--bench-job", $"there is nothing to measure: {answer.Unfit!.Detail}.");
        }

        if (setup.Span is not null)
        {
            throw UserError.Because("--bench-job", "the script measures on one machine: leave --fabric out.");
        }

        var split = setup.Parallelism;
        return FormattableString.Invariant($$"""
            #!/usr/bin/env bash
            # Measures one replica and appends to CSV. Needs {{split.Gpus}} × {{setup.Gpu.Id}}, vLLM, curl, jq, and the weights in MODEL_DIR.
            set -euo pipefail
            : "${MODEL_DIR:?directory of the weights}" "${CSV:=measured.csv}" "${SOURCE:=own measurement}"

            vllm serve "${MODEL_DIR}" --served-model-name {{setup.Model.Id}} --port 8000 --tensor-parallel-size {{split.Tensor}} \
              --kv-cache-dtype {{(setup.Cache == CachePrecision.Fp8 ? "fp8" : "auto")}} --pipeline-parallel-size {{split.Pipeline}} --max-model-len {{answer.Load.InputTokens + answer.Load.OutputTokens}} \
              --gpu-memory-utilization {{ReplicaMemory.Utilization.Fraction}} --no-enable-prefix-caching &
            server=$!
            trap 'kill "${server}"' EXIT
            until curl --silent --fail http://localhost:8000/health > /dev/null; do kill -0 "${server}"; sleep 5; done
            version=$(curl --silent http://localhost:8000/version | jq --raw-output .version)

            [[ -s ${CSV} ]] || echo '{{Columns}}' > "${CSV}"
            for concurrency in {{string.Join(' ', Loads(answer))}}; do
              vllm bench serve --model {{setup.Model.Id}} --tokenizer "${MODEL_DIR}" --port 8000 --dataset-name random --ignore-eos \
                --random-input-len {{answer.Load.InputTokens}} --random-output-len {{answer.Load.OutputTokens}} --max-concurrency "${concurrency}" \
                --num-prompts "$((concurrency * {{RequestsPerPlace}}))" --save-result --result-filename result.json
              rate=$(jq .output_throughput result.json)
              echo "${SOURCE},$(date --iso-8601),{{Row(setup, answer.Load)}},${rate},{{split.Gpus}},serving-concurrency=${concurrency};vllm-${version}" >> "${CSV}"
            done

            """);
    }

    private static string Row(ReplicaSetup setup, Load load) => FormattableString.Invariant(
        $"{setup.Model.Id},{setup.Gpu.Id},{setup.Gpu.Memory.TotalGib:0},{JsonText.Word(setup.Precision)},{setup.Parallelism.Tensor},{setup.Parallelism.Pipeline},{load.InputTokens},{load.OutputTokens}");

    /// <summary>The load asked for, or powers of four up to what the cache holds.</summary>
    private static IEnumerable<int> Loads(SizeAnswer answer)
    {
        if (answer.Load.Kind == LoadKind.Concurrency)
        {
            return [answer.Load.Requests];
        }

        var most = Math.Min(answer.MaxConcurrency, ReplicaSizer.MaxSequences);
        return Enumerable.Range(0, 16).Select(power => 1 << (2 * power)).TakeWhile(load => load < most).Append(most);
    }
}
