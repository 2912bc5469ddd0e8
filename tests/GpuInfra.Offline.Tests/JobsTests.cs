using GpuInfra.Offline.Policies;
using Pulumi.Offline;
using static GpuInfra.Offline.Tests.Prod;

namespace GpuInfra.Offline.Tests;

/// <summary>Production with a nightly digest whose machines run only while there are jobs.</summary>
public class JobsTests
{
    private const string Policy = "aws:autoscaling/policy:Policy";

    private const string Autoscaler = "gcp:compute/regionAutoscaler:RegionAutoscaler";

    private static readonly Lazy<Task<PreviewRecord>> Lazy = new(() => RunAsync("queue: {}"));

    internal static Task<PreviewRecord> Queued => Lazy.Value;

    [Fact]
    public async Task Every_policy_holds_and_the_schema_takes_all_of_it()
    {
        var record = await Queued;
        Assert.Equal("", string.Join('\n', record.Checks.Where(check => check.Status == CheckStatus.Fail).Select(check => $"{check.Id} {check.Subject} {check.Detail}")).Replace("urn:pulumi:prod::gpuinfra::", ""));
        Assert.Contains(record.Resolved.Resources, resource => resource.Type == "aws:sqs/queue:Queue" && resource.Name == "gpuinfra-us-east-1-digest");
    }

    [Fact]
    public async Task It_costs_the_planned_size_in_its_hours_which_is_the_most()
    {
        var (queued, standing) = (await Queued, await RunAsync("replicas: { min: 1 }"));
        Assert.Equal(standing.Fleet.Cost.Monthly, queued.Fleet.Cost.Monthly);
        Assert.DoesNotContain(queued.Checks, check => check.Id == "cost-as-planned" && check.Status == CheckStatus.Fail);
        Assert.Contains(queued.Costs.Unpriced, part => part.What == "queues");
    }

    [Fact]
    public async Task A_group_that_grows_beyond_its_pool_is_caught()
    {
        var record = await Queued;
        Assert.Empty(ScalingRules.ScalingBounded.Find(record));
        Assert.NotEmpty(ScalingRules.ScalingBounded.Find(record.With(Policy, "digest", new PropertyValue.Number(9999), "stepAdjustments", "scalingAdjustment")));
        Assert.NotEmpty(ScalingRules.ScalingBounded.Find(record.With(Policy, "digest", Text("ChangeInCapacity"), "adjustmentType")));
        Assert.NotEmpty(ScalingRules.ScalingBounded.Find(record.With(Autoscaler, "digest", new PropertyValue.Number(9999), "autoscalingPolicy", "maxReplicas")));
    }

    [Fact]
    public async Task An_update_does_not_put_back_what_jobs_asked_for() => Assert.All(
        (await Queued).Resolved.Resources.Where(resource => resource.Type == ResourceTypes.AutoScalingGroup && resource.Name.StartsWith("digest", StringComparison.Ordinal)),
        group => Assert.Contains("desiredCapacity", group.Options.IgnoreChanges));

    private static async Task<PreviewRecord> RunAsync(string key)
    {
        using var sandbox = new Sandbox();
        sandbox.Change("prod.plan.yaml", "servings:\n", $"servings:\n  - {{ name: digest, kind: batch, model: llama-3.1-8b, maxContextTokens: 16384, survive: {{ zone: 0%, cloud: 0% }}, {key} }}\n");
        sandbox.Change("prod.plan.yaml", "workloads:\n", "workloads:\n  - { name: night, team: search, serving: digest, demand: { inputTokensPerDay: 6B, outputTokensPerDay: 600M, requestsPerDay: 5M, window: { from: \"22:00\", to: \"05:00\", zone: UTC } } }\n");
        return await FleetPreview.RunAsync(PlanSource.OfStack(ProjectDirectory.At(sandbox.Root)!, "prod"));
    }
}
