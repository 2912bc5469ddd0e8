using System.Text;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Units;

namespace GpuInfra.Infra.Tests;

public class BootstrapTests
{
    [Fact]
    public async Task The_script_fits_into_user_data()
    {
        Assert.InRange((await OnAmazon(A.Pool())).Length, 1000, 16 * 1024);
    }

    [Fact]
    public async Task All_start_scripts_are_scripts_to_cloud_init_which_looks_at_their_first_two_characters()
    {
        var deployed = await Deployed.Of(A.Pool(), A.Pool(CloudProvider.Gcp));

        var scripts = deployed.Resources.Select(made => made["userData"] is { } data ? Encoding.UTF8.GetString(Convert.FromBase64String(data)) : made["metadataStartupScript"]).OfType<string>().ToList();
        Assert.NotEmpty(scripts);
        Assert.All(scripts, script => Assert.StartsWith("#!/usr/bin/env bash\n", script));
    }

    [Fact]
    public async Task What_all_machines_scripts_begin_with_is_written_once()
    {
        Assert.Single((await OnAmazon(A.Pool())).Split('\n'), line => line == "retry() { # seconds between attempts, command...");
        var written = Directory.EnumerateFiles(Path.Combine(Repository.Root, "infra", "Assets"), "*.sh").Where(file => File.ReadAllText(file).Contains("\nretry() {", StringComparison.Ordinal));
        Assert.Equal("shell.sh", Path.GetFileName(Assert.Single(written)));
    }

    [Fact]
    public async Task The_script_begins_with_its_settings()
    {
        var script = await OnAmazon(A.Pool());

        Assert.StartsWith("#!/usr/bin/env bash\nCLOUD='aws'\nREGION='us-east-1'\nPOOL='chat-aws-us-east-1-ondemand-l4'\n", script);
        Assert.Contains("\nBUCKET='gpuinfra-weights-us-east-1'\nWEIGHTS='models/llama-3.1-8b/bf16/r1'\n", script);
        Assert.Contains($"\nENGINE_IMAGE='{A.Account}.dkr.ecr.us-east-1.amazonaws.com/vllm-openai@sha256:", script);
        Assert.Contains("\nMODEL='llama-3.1-8b'\nTASK='generation'\nDTYPE='bfloat16'\nKV_CACHE_DTYPE='auto'\nTENSOR_PARALLEL='1'\n", script);
        Assert.Contains("\nMAX_MODEL_LEN='16384'\nMAX_NUM_SEQS='64'\nGPU_MEMORY_UTILIZATION='0.9'\n", script);
        Assert.Contains("\nset -euo pipefail\n", script);
        Assert.Single(script.Split("#!/usr/bin/env bash").Skip(1));
    }

    [Fact]
    public async Task Adapters_have_places_and_the_least_rank_that_holds_them()
    {
        var pool = A.Pool();
        var script = await OnAmazon(pool with { Engine = pool.Engine with { Adapters = new LoraAdapters(40, 8, 20, "hf://acme/adapters") } });

        Assert.Contains("\nMAX_LORAS='8'\nMAX_CPU_LORAS='40'\nMAX_LORA_RANK='32'\n", script);
        Assert.DoesNotContain("MAX_LORAS='", await OnAmazon(pool));
    }

    [Fact]
    public async Task The_same_script_serves_Google_Cloud()
    {
        var deployed = await Deployed.Of(A.Pool(CloudProvider.Gcp));
        var script = deployed.One("gcp:compute/regionInstanceTemplate:RegionInstanceTemplate")["metadataStartupScript"]!;

        Assert.Contains("\nCLOUD='gcp'\nREGION='us-central1'\n", "\n" + script);
        Assert.Contains("\nENGINE_IMAGE='us-docker.pkg.dev/acme-images/serving/vllm-openai@sha256:", script);
    }

    [Fact]
    public async Task Settings_cannot_break_out_of_their_quotes()
    {
        var pool = A.Pool();

        Assert.Contains(
            "\nMODEL='o'\\''clock $(reboot)'\n",
            await OnAmazon(pool with { Engine = pool.Engine with { Model = "o'clock $(reboot)", } }, "o'clock $(reboot)"));
    }

    [Fact]
    public async Task Quantised_weights_and_embeddings_are_said_so()
    {
        var pool = A.Pool(tier: Tier.Spot, serving: "batch");
        var script = await OnAmazon(pool with
        {
            Engine = pool.Engine with { Precision = Precision.Fp8, Task = ModelTask.Embedding, MemoryUtilization = Share.FromPercent(92.5) },
        });

        Assert.Contains("\nTASK='embedding'\nDTYPE='auto'\n", script);
        Assert.Contains("\nGPU_MEMORY_UTILIZATION='0.925'\n", script);
    }

    [Theory]
    [InlineData(Precision.Fp8, CachePrecision.Fp8, "fp8")]
    [InlineData(Precision.Fp8, CachePrecision.Bits16, "bfloat16")]
    [InlineData(Precision.Fp8, null, "auto")]
    [InlineData(Precision.Bf16, CachePrecision.Fp8, "fp8")]
    [InlineData(Precision.Bf16, CachePrecision.Bits16, "auto")]
    public async Task The_engine_is_told_its_caches_format(Precision weights, CachePrecision? cache, string told)
    {
        var pool = A.Pool();
        var script = await OnAmazon(pool with { Engine = pool.Engine with { Precision = weights, CachePrecision = cache } });

        Assert.Contains($"\nKV_CACHE_DTYPE='{told}'\n", script);
        Assert.Contains("--kv-cache-dtype \"${KV_CACHE_DTYPE}\"", script);
    }

    private static async Task<string> OnAmazon(Pool pool, string model = "llama-3.1-8b")
    {
        var settings = A.Settings();
        settings = settings with
        {
            Weights = settings.Weights.Add($"{model}/fp8", "r1").SetItem($"{model}/bf16", "r1"),
        };
        var deployed = await Deployed.Of(A.FleetPlan(pool), settings);
        return Encoding.UTF8.GetString(Convert.FromBase64String(deployed.One("aws:ec2/launchTemplate:LaunchTemplate")["userData"]!));
    }
}
