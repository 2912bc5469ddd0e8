using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using GpuInfra.Offline.Models;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Units;

namespace GpuInfra.Offline.Tests.Models;

/// <summary>
/// The script that cuts weights, run by a real bash against pretended stores and a pretended docker, which runs the script's Python with an engine that writes small files.
/// </summary>
public sealed class ModelShardTests : IDisposable
{
    private const string Image = "111122223333.dkr.ecr.us-east-1.amazonaws.com/vllm@sha256:00ff";
    private const string Amazon = "s3-bucket/models/chat/bf16/r1";
    private readonly string _root = Directory.CreateTempSubdirectory("gpuinfra-shard-").FullName;

    public ModelShardTests()
    {
        Directory.CreateDirectory(In("bin"));
        Directory.CreateDirectory(In("fake"));
        Command("pulumi", """echo '{"aws-us-east-1":{"chat/bf16":"s3://bucket/models/chat/bf16/r1"},"gcp-us-central1":{"chat/bf16":"gs://bucket/models/chat/bf16/r1"}}'""");
        Command("nvidia-smi", """
            case "$*" in
              --list-gpus) for ((i = 0; i < $(cat "$root/gpus"); i++)); do echo "GPU $i: NVIDIA (UUID: GPU-$i)"; done ;;
              *compute_cap*) echo 9.0 ;;
            esac
            """);
        Command("aws", """
            for word; do [[ $word == --* || $word == 'tp*/*' || $word == SHA256SUMS || $word == '.cache/*' ]] || words+=("$word"); done
            case "$1 $2" in
              's3 sync') from=${words[2]} to=${words[3]}; [[ $from != s3://* ]] || from="$root/${from/:\/\//-}"; [[ $to != s3://* ]] || { to="$root/${to/:\/\//-}"; echo "up ${words[3]}" >> "$root/calls"; }
                mkdir -p "$to"; (cd "$from" && find . -maxdepth 1 -type f) | while read -r file; do [[ $2$1 == *SHA* ]] || cp "$from/$file" "$to/"; done
                if [[ "$*" == *'--exclude SHA256SUMS'* ]]; then rm -f "$to/SHA256SUMS"; fi ;;
              's3 cp') if [[ ${words[-1]} == - ]]; then cat "$root/${words[2]/:\/\//-}"; else echo "up ${words[3]}" >> "$root/calls"; cp "${words[2]}" "$root/${words[3]/:\/\//-}"; fi ;;
              'ecr get-login-password') echo secret ;;
            esac
            """);
        Command("gcloud", """
            for word; do words+=("$word"); done
            case "$1 $2" in
              'storage cat') cat "$root/${3/:\/\//-}" ;;
              'storage rsync') from=${words[-2]} to=${words[-1]}; [[ $from != gs://* ]] || from="$root/${from/:\/\//-}"; [[ $to != gs://* ]] || to="$root/${to/:\/\//-}"
                mkdir -p "$to"; find "$from" -maxdepth 1 -type f -exec cp {} "$to/" \; ; [[ "$*" != *SHA256SUMS* ]] || rm -f "$to/SHA256SUMS" ;;
              'storage cp') cp "$3" "$root/${4/:\/\//-}" ;;
              'auth print-access-token') echo token ;;
            esac
            """);
        Command("docker", """
            case $1 in
              image) [[ -e "$root/pulled" ]] ;;
              login) cat > /dev/null ;;
              pull) echo "$*" >> "$root/calls"; touch "$root/pulled" ;;
              run) echo "$*" >> "$root/calls"
                for word; do
                  case $word in
                    *:/model:ro) model=${word%:/model:ro} ;; *:/cut) cut=${word%:/cut} ;; *:/program.py:ro) program=${word%:/program.py:ro} ;;
                    GPUS=* | DTYPE=* | MAX_MODEL_LEN=* | GPU_MEMORY_UTILIZATION=*) export "$word" ;;
                  esac
                done
                sed "s#\"/model\"#\"$model\"#; s#\"/cut\"#\"$cut\"#" "$program" > "$root/program.py"
                PYTHONPATH="$root/fake" python3 "$root/program.py" ;;
            esac
            """);
        File.WriteAllText(In("fake/vllm.py"), """
            import os
            from pathlib import Path
            from types import SimpleNamespace


            class LLM:
                def __init__(self, model, tensor_parallel_size, dtype, max_model_len, gpu_memory_utilization, enforce_eager):
                    assert (dtype, max_model_len, gpu_memory_utilization, enforce_eager) == ("bfloat16", 16384, 0.9, True)
                    assert Path(model, "model.safetensors").read_text() == "weights\n"

                    def save_sharded_state(path, pattern, max_size):
                        for rank in range(int(os.environ.get("RANKS", tensor_parallel_size))):
                            Path(path, f"model-rank-{rank}-part-0.safetensors").write_text(f"part {rank}")
                    self.llm_engine = SimpleNamespace(engine_core=SimpleNamespace(save_sharded_state=save_sharded_state))
            """);
        File.WriteAllText(In("gpus"), "8\n");
        foreach (var store in new[] { "s3-bucket", "gs-bucket" })
        {
            var folder = In($"{store}/models/chat/bf16/r1");
            Directory.CreateDirectory(folder);
            File.WriteAllText(Path.Combine(folder, "model.safetensors"), "weights\n");
            File.WriteAllText(Path.Combine(folder, "config.json"), "{}\n");
            File.WriteAllText(Path.Combine(folder, "SHA256SUMS"), $"{Sum("{}\n")}  ./config.json\n{Sum("weights\n")}  ./model.safetensors\n");
        }
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [SkippableFact]
    public void It_looks_and_cuts_nothing_unless_it_is_told_to()
    {
        RequireTools();
        var (code, there, said) = Run(Shards());

        Assert.Equal((1, ""), (code, there));
        Assert.Contains("aws-us-east-1: models/chat/bf16/r1/tp4 is not there", said);
        Assert.Contains("2 absent.", said);
        Assert.False(File.Exists(In("calls")) || Directory.Exists(In("weights")));
    }

    [SkippableFact]
    public void Weights_are_read_by_their_sums_cut_by_the_engine_and_lie_beside_them_with_their_own_sums_last()
    {
        RequireTools();
        var shards = Shards();
        var (code, there, said) = Run(shards, "--run");

        Assert.True(code == 0, said);
        Assert.Empty(shards.Absent(there));
        Assert.Equal(["config.json", "model-rank-0-part-0.safetensors", "model-rank-1-part-0.safetensors", "model-rank-2-part-0.safetensors", "model-rank-3-part-0.safetensors", "SHA256SUMS"],
            Directory.EnumerateFiles(In($"{Amazon}/tp4")).Select(Path.GetFileName).Order(StringComparer.OrdinalIgnoreCase));
        Assert.Contains($"{Sum("part 3")}  ./model-rank-3-part-0.safetensors\n", File.ReadAllText(In($"{Amazon}/tp4/SHA256SUMS")));
        Assert.True(File.Exists(In("gs-bucket/models/chat/bf16/r1/tp4/SHA256SUMS")));
        var calls = File.ReadAllLines(In("calls"));
        Assert.StartsWith("pull --quiet " + Image, calls[0]);
        var run = Assert.Single(calls, call => call.StartsWith("run ", StringComparison.Ordinal)); // Once for both clouds: what was cut whole is not cut again.
        Assert.Contains("--gpus all --network none", run);
        Assert.Contains("--cap-drop=ALL --security-opt=no-new-privileges", run);
        Assert.Equal("up s3://bucket/models/chat/bf16/r1/tp4/SHA256SUMS", calls.Last(call => call.StartsWith("up ", StringComparison.Ordinal)));

        File.Delete(In("calls"));
        (code, there, _) = Run(shards, "--run");
        Assert.Equal((0, 2, false), (code, there.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length, File.Exists(In("calls"))));
    }

    [SkippableFact]
    public void Damaged_weights_are_not_cut()
    {
        RequireTools();
        File.WriteAllText(In($"{Amazon}/model.safetensors"), "damaged\n");
        var (code, _, said) = Run(Shards(clouds: 1), "--run");

        Assert.Equal(1, code);
        Assert.Contains("is not what its SHA256SUMS says", said);
        Assert.False(Directory.Exists(In($"{Amazon}/tp4")));
    }

    [SkippableFact]
    public void A_machine_with_too_few_GPUs_cuts_nothing()
    {
        RequireTools();
        File.WriteAllText(In("gpus"), "2\n");
        var (code, _, said) = Run(Shards(), "--run");

        Assert.Equal(1, code);
        Assert.Contains("refused: 4 GPUs are needed, and this machine has 2", said);
        Assert.False(Directory.Exists(In($"{Amazon}/tp4")));
    }

    [SkippableFact]
    public void A_part_that_is_missing_is_not_uploaded()
    {
        RequireTools();
        var (code, _, said) = Run(Shards(), "--run", ranks: "3");

        Assert.Equal(1, code);
        Assert.Contains("refused: the part of GPU 3 is not there", said);
        Assert.False(Directory.Exists(In($"{Amazon}/tp4")));
    }

    [SkippableFact]
    public void Quantised_weights_are_cut_on_GPUs_like_those_that_read_them_alone()
    {
        RequireTools();
        var (code, _, said) = Run(Shards(capability: "8.9"), "--run");

        Assert.Equal(1, code);
        Assert.Contains("is to be cut on GPUs of compute capability 8.9", said);
        Assert.Equal(0, Run(Shards(capability: "9.0"), "--run").Code);
    }

    [SkippableFact]
    public void Where_the_plan_pins_the_sums_the_parts_get_a_revision_with_a_pin_of_its_own()
    {
        RequireTools();
        var pin = Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(In($"{Amazon}/SHA256SUMS"))));
        var (code, there, said) = Run(Shards(clouds: 1, pin: pin), "--run");

        Assert.Equal((1, ""), (code, there));
        Assert.False(Directory.Exists(In($"{Amazon}/tp4")));
        var made = Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(In("weights/chat/bf16/r1-tp4/SHA256SUMS"))));
        Assert.Contains($"Give it revision r1-tp4 and sha256 {made}, then gpuinfra models sync", said);
        Assert.Contains("  ./tp4/model-rank-0-part-0.safetensors\n", File.ReadAllText(In("weights/chat/bf16/r1-tp4/SHA256SUMS")));
        Assert.Contains("is not the one that the plan pins", Run(Shards(clouds: 1, pin: new string('0', 64)), "--run").Said);
    }

    [SkippableFact]
    public void Shellcheck_finds_nothing()
    {
        Skip.IfNot(File.Exists("/usr/bin/shellcheck"), "needs shellcheck: apt-get install shellcheck");
        File.WriteAllText(In("shard.sh"), Shards().ToScript());
        using var process = Process.Start(new ProcessStartInfo("shellcheck", [In("shard.sh")]) { RedirectStandardOutput = true })!;
        var said = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, said);
    }

    [Fact]
    public async Task Production_cuts_for_every_replica_of_several_GPUs_on_a_machine_of_its_pool()
    {
        var record = await Prod.Record;
        var shards = ModelShards.Of(record);
        var pools = record.Fleet.Provisioned.Where(pool => pool.Engine is { TensorParallel: > 1, PipelineParallel: 1 }).ToList();

        Assert.Equal(
            pools.Select(pool => $"{(pool.Cloud == CloudProvider.Aws ? "aws" : "gcp")}-{pool.Region} {pool.Engine.Model}/{pool.Engine.Precision.ToString().ToLowerInvariant()} {pool.Engine.TensorParallel}").Distinct().Order(StringComparer.Ordinal),
            shards.Cuts.Select(cut => $"{cut.Weights.Region} {cut.Weights.Key} {cut.Gpus}"));
        Assert.All(shards.Cuts, cut => Assert.Contains(pools, pool => cut.Machine.Contains(pool.InstanceType, StringComparison.Ordinal)));
        Assert.Equal(shards.Cuts, shards.Absent(""));
        Assert.Empty(shards.Absent(string.Join('\n', shards.Cuts.Select(cut => cut.Line))));
    }

    [Fact]
    public async Task Quantised_weights_that_unlike_GPUs_read_are_not_cut_and_it_says_why()
    {
        var record = await Prod.Record;
        var pool = record.Fleet.Provisioned.First(pool => pool.Engine is { TensorParallel: > 1, PipelineParallel: 1 });
        var other = record.Fleet.Plan.Servings.Single(serving => serving.Name == pool.Serving).Model.Id;
        var engine = pool.Engine with { Precision = Precision.Fp8 };
        var fleet = record.Fleet with { Pools = [pool with { Engine = engine, Gpu = "h100-80gb" }, pool with { Id = $"{pool.Id}-2", Engine = engine, Gpu = "l4" }] };
        var region = $"{(pool.Cloud == CloudProvider.Aws ? "aws" : "gcp")}-{pool.Region}";
        var weights = Prod.Map(("weights", Prod.Map((region, Prod.Map(($"{other}/fp8", Prod.Text($"s3://bucket/models/{other}/fp8/r1")))))), (GpuInfra.Infra.FleetOutputs.EngineImages, Prod.Map((region, Prod.Text(Image)))));
        var shards = ModelShards.Of(record with { Fleet = fleet, Resolved = record.Resolved with { Outputs = (Pulumi.Offline.PropertyValue.Map)weights } });

        Assert.Equal("GPUs of compute capability 8.9 and 9.0 read it, and each prepares quantised weights in its own way", Assert.Single(shards.Cuts).Refusal);
        Assert.Contains("is_absent '" + region + "'", shards.ToScript(), StringComparison.Ordinal);
    }

    private static void RequireTools() => Skip.IfNot(
        OperatingSystem.IsLinux() && new[] { "jq", "python3" }.All(tool => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, tool)))),
        "The script runs on Linux, with jq and python3.");

    private static ModelShards Shards(int clouds = 2, string capability = "", string? pin = null) => new(
        "prod",
        "0123456789abcdef",
        [.. new[] { "aws-us-east-1", "gcp-us-central1" }.Take(clouds).Select(region => new ShardCut(new WeightsCopy(region, "chat/bf16", "r1", null, pin), 4, Image, Engine, "p5.48xlarge", capability, null))]);

    private static EngineSettings Engine => new()
    {
        Model = "chat",
        Precision = Precision.Bf16,
        Task = ModelTask.Generation,
        TensorParallel = 4,
        PipelineParallel = 1,
        MaxContextTokens = 16384,
        MaxConcurrency = 64,
        MemoryUtilization = Share.FromPercent(90),
    };

    private (int Code, string There, string Said) Run(ModelShards shards, string? argument = null, string? ranks = null)
    {
        File.WriteAllText(In("shard.sh"), shards.ToScript());
        var start = new ProcessStartInfo("bash", argument is null ? [In("shard.sh")] : [In("shard.sh"), argument]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["PATH"] = $"{In("bin")}:{Environment.GetEnvironmentVariable("PATH")}";
        start.Environment["WEIGHTS"] = In("weights");
        if (ranks is not null)
        {
            start.Environment["RANKS"] = ranks;
        }

        using var process = Process.Start(start)!;
        var said = process.StandardError.ReadToEndAsync();
        var there = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, there, said.Result);
    }

    private static string Sum(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    private string In(string name) => Path.Combine(_root, name);

    private void Command(string name, string script)
    {
        File.WriteAllText(In($"bin/{name}"), $"#!/usr/bin/env bash\nroot={_root}\nwords=()\n{script}\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(In($"bin/{name}"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }
}
