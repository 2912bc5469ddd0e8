using GpuInfra.Offline.Models;
using GpuInfra.Offline.Policies;
using GpuInfra.Planning.Plans;
using Pulumi.Offline;

namespace GpuInfra.Offline.Tests;

/// <summary>Production with a serving that trains at night, on both clouds.</summary>
public class FineTuningTests
{
    private static readonly Lazy<Task<PreviewRecord>> Lazy = new(RunAsync);

    [Fact]
    public async Task Every_policy_holds_and_the_schema_takes_all_of_it()
    {
        var record = await Lazy.Value;
        Assert.Equal("", string.Join('\n', record.Checks.Where(check => check.Status == CheckStatus.Fail).Select(check => $"{check.Id} {check.Subject} {check.Detail}")));
        Assert.Contains(record.Resolved.Resources, resource => resource.Type == "aws:sqs/queue:Queue" && resource.Name == "gpuinfra-us-east-1-tuned");
        Assert.Contains(record.Resolved.Resources, resource => resource.Type == "gcp:pubsub/topic:Topic" && resource.Name.Contains("tuned", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Its_machines_are_priced_for_the_hours_that_they_run()
    {
        var record = await Lazy.Value;
        var pools = record.Fleet.Pools.Where(pool => pool.Serving == "tuned").ToList();
        Assert.NotEmpty(pools);
        Assert.All(pools, pool =>
        {
            Assert.Equal(new RunWindow(DayRange.EveryDay, new TimeOnly(20, 0), new TimeOnly(6, 0), "Etc/UTC").HoursPerMonth, pool.HoursPerMonth);
            Assert.Equal((1, pool.GpusPerInstance), (pool.ReplicasPerInstance, pool.Engine.TensorParallel));
        });
        Assert.DoesNotContain(record.Checks, check => check.Id == "cost-as-planned" && check.Status == CheckStatus.Fail);
    }

    [Fact]
    public async Task No_router_sends_it_anything() => Assert.DoesNotContain(
        (await Lazy.Value).Resolved.Resources, resource => resource.Inputs.TextAt("key") == "router/servings/tuned");

    [Fact]
    public async Task The_image_that_trains_is_named_where_it_is_absent_and_copied_from_where_it_is_published()
    {
        var sync = ModelSync.Of(await Lazy.Value);
        var image = Assert.Single(sync.Images, image => image is { Region: "aws-us-east-1", Trains: true });
        Assert.EndsWith($".dkr.ecr.us-east-1.amazonaws.com/axolotl@sha256:{new string('0', 64)}", image.Image);
        Assert.Contains($"training_image 'gcp-us-central1' 'us-docker.pkg.dev/acme-images/training/axolotl@sha256:{new string('0', 64)}'\n", sync.ToScript());
        Assert.Contains(sync.Absent("", "there.txt"), problem => problem.Message.StartsWith($"{image.Image} is absent in aws-us-east-1", StringComparison.Ordinal));
        Assert.DoesNotContain(ModelSync.Of(await Prod.Record).Images, other => other.Trains);
    }

    /// <summary>Adds a serving that trains at night.</summary>
    internal static void Train(Sandbox sandbox, string? command)
    {
        sandbox.Change("Pulumi.prod.yaml", "  gpuinfra:engineImage:\n", $"  gpuinfra:trainingImage:\n    aws: axolotl@sha256:{new string('0', 64)}\n    gcp: us-docker.pkg.dev/acme-images/training/axolotl@sha256:{new string('0', 64)}\n  gpuinfra:engineImage:\n");
        sandbox.Change("prod.plan.yaml", "servings:\n", $"servings:\n  - {{ name: tuned, kind: fineTuning, model: llama-3.1-8b, maxContextTokens: 4096, queue: {{ checkpoint: 15m }}, training: {{ method: lora, rank: 16{(command is null ? "" : $", command: {command}")} }} }}\n");
        sandbox.Change("prod.plan.yaml", "workloads:\n", "workloads:\n  - { name: tuning, team: search, serving: tuned, demand: { inputTokensPerDay: 2B, requestsPerDay: 1M, window: { from: \"20:00\", to: \"06:00\", zone: Etc/UTC } } }\n");
    }

    private static async Task<PreviewRecord> RunAsync()
    {
        using var sandbox = new Sandbox();
        Train(sandbox, "[python, train.py]");
        return await FleetPreview.RunAsync(PlanSource.OfStack(ProjectDirectory.At(sandbox.Root)!, "prod"));
    }
}
