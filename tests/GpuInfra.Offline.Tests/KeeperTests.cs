using System.Text.Json.Nodes;
using GpuInfra.Offline.Policies;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Sizing;
using Pulumi.Offline;
using static GpuInfra.Offline.Tests.Prod;

namespace GpuInfra.Offline.Tests;

/// <summary>What looks after groups between updates, in production's record.</summary>
public class KeeperTests
{
    private const string Autoscaler = "gcp:compute/regionAutoscaler:RegionAutoscaler";
    private const string Role = "gcp:projects/iAMCustomRole:IAMCustomRole";
    private const string Twin = "-fallback";

    [Fact]
    public async Task Every_spot_pool_of_Google_Cloud_has_a_twin_that_may_become_as_large_as_it()
    {
        var record = await Prod.Record;
        var pools = record.Fleet.Pools.Where(pool => pool is { Tier: Tier.Spot, Cloud: CloudProvider.Gcp }).ToList();
        Assert.NotEmpty(pools);
        foreach (var pool in pools)
        {
            var policy = record.Resolved.Resources.Single(resource => resource.Type == Autoscaler && resource.Name == pool.Id + Twin).Inputs.At("autoscalingPolicy");
            Assert.Equal((0, pool.Instances.Max), ((int)policy.NumberAt("minReplicas")!, (int)policy.NumberAt("maxReplicas")!));
        }
    }

    [Fact]
    public async Task A_twin_costs_nothing_until_spot_is_short_and_breaks_no_policy() =>
        Assert.DoesNotContain((await Prod.Record).Checks, check => check.Status == CheckStatus.Fail);

    public static TheoryData<string, Func<PreviewRecord, PreviewRecord>> Violations => new()
    {
        { "is not empty at first", record => record.With(Autoscaler, Twin, new PropertyValue.Number(1), "autoscalingPolicy", "minReplicas") },
        { "may become larger than", record => record.With(Autoscaler, Twin, new PropertyValue.Number(99), "autoscalingPolicy", "maxReplicas") },
        { "does not follow", record => record.With(Autoscaler, Twin, Text("custom.googleapis.com/other"), "autoscalingPolicy", "metrics", "name") },
        { "does not follow", record => record.With(Autoscaler, Twin, Text("metric.labels.pool = \"another\""), "autoscalingPolicy", "metrics", "filter") },
    };

    [Theory]
    [MemberData(nameof(Violations))]
    public async Task A_twin_that_leaves_its_bounds_is_caught(string says, Func<PreviewRecord, PreviewRecord> plant)
    {
        var record = await Prod.Record;
        Assert.Empty(ScalingRules.ScalingBounded.Find(record));
        Assert.Contains(ScalingRules.ScalingBounded.Find(plant(record)), finding => finding.Detail.Contains(says, StringComparison.Ordinal));
    }

    private const string AmazonRole = "aws:iam/rolePolicy:RolePolicy";

    private static readonly Lazy<Task<PreviewRecord>> Lazy = new(async () =>
    {
        using var sandbox = new Sandbox();
        sandbox.Change("prod.plan.yaml", "servings:\n", "servings:\n  - { name: assistant, health: { replace: true } }\n");
        return await FleetPreview.RunAsync(PlanSource.OfStack(ProjectDirectory.At(sandbox.Root)!, "prod"));
    });

    [Fact]
    public async Task Where_broken_machines_are_replaced_every_policy_holds_and_no_pool_or_price_of_one_changes()
    {
        var (record, prod) = (await Lazy.Value, await Prod.Record);
        Assert.DoesNotContain(record.Checks, check => check.Status == CheckStatus.Fail);
        Assert.True(record.Checks.Where(check => check.Id == "stop-fenced").Sum(check => check.Examined) >= 2);
        Assert.Equal((prod.Fleet.PlanHash, prod.Fleet.Cost.Monthly), (record.Fleet.PlanHash, record.Fleet.Cost.Monthly));
        Assert.Contains(record.Resolved.Resources, resource => resource.Type == AmazonRole && resource.Inputs.TextAt("policy")!.Contains("SetInstanceHealth", StringComparison.Ordinal));
        Assert.Contains(record.Resolved.Resources.Single(IsKeepersRole).Inputs.ListAt("permissions"), permission => permission.TextAt() == "compute.instanceGroupManagers.update");
    }

    [Fact]
    public async Task The_window_between_two_replacements_is_the_time_in_which_the_first_should_long_have_answered()
    {
        var record = await Lazy.Value;
        var function = record.Managed.Single(resource => resource.Type == "aws:lambda/function:Function" && resource.Name.EndsWith("-keeper", StringComparison.Ordinal));
        var archive = Assert.IsType<PropertyValue.AssetValue>(function.Inputs.Members["code"]);
        var files = JsonNode.Parse(archive.Content)!.AsObject();
        Assert.True(files.ContainsKey("broken.py"));
        var minutes = JsonNode.Parse((string)files["config.json"]!["content"]!)!["replaceMinutes"]!.AsObject();
        var pools = record.Fleet.Pools.Where(pool => pool.Cloud == CloudProvider.Aws && PoolHealth.IsReplaced(record.Fleet.Plan, pool)).ToList();
        Assert.Equal(pools.Select(pool => pool.Id).Order(StringComparer.Ordinal), minutes.Select(pool => pool.Key));
        Assert.All(pools, pool =>
        {
            var gigabytes = WeightBytes.Of(Catalog.Embedded.FindModel(pool.Engine.Model)!, pool.Engine.Precision).Total / 1e9;
            Assert.Equal(Math.Max(30, (int)Math.Ceiling(2 * Math.Ceiling(600 + (gigabytes / 0.25)) / 60)), (int)minutes[pool.Id]!);
        });
    }

    public static TheoryData<string, Func<string, string>> Statements => new()
    {
        { "a pool whose plan does not say so", policy => policy.Replace("\"aws:ResourceTag/pool\":[", "\"aws:ResourceTag/pool\":[\"coder-aws-us-east-1-ondemand-l4\",", StringComparison.Ordinal) },
        { "no pool named", policy => policy.Replace("aws:ResourceTag/pool", "aws:ResourceTag/serving", StringComparison.Ordinal) },
        { "any stack", policy => policy.Replace("aws:ResourceTag/managed-by", "aws:ResourceTag/team", StringComparison.Ordinal) },
        { "more than that", policy => policy.Replace("[\"autoscaling:SetInstanceHealth\"]", "[\"autoscaling:SetInstanceHealth\",\"ec2:TerminateInstances\"]", StringComparison.Ordinal) },
    };

    [Theory]
    [MemberData(nameof(Statements))]
    public async Task A_keeper_that_may_replace_more_than_the_plan_says_is_caught(string what, Func<string, string> spoil)
    {
        var record = await Lazy.Value;
        Assert.Empty(ShutdownRules.StopFenced.Find(record));
        var role = record.Resolved.Resources.Single(resource => resource.Type == AmazonRole && resource.Name.EndsWith("-keeper", StringComparison.Ordinal));
        var spoilt = spoil(role.Inputs.TextAt("policy")!);
        Assert.NotEqual(role.Inputs.TextAt("policy"), spoilt);
        Assert.True(ShutdownRules.StopFenced.Find(record.With(AmazonRole, role.Name, Text(spoilt), "policy")).Any(), what);
    }

    [Theory]
    [InlineData("compute.instances.delete")]
    [InlineData("compute.autoscalers.update")] // No pool of production follows load.
    public async Task On_Google_Cloud_it_may_change_groups_and_nothing_else(string permission)
    {
        var record = await Lazy.Value;
        Assert.NotEmpty(ShutdownRules.StopFenced.Find(record.With(Role, "keeper", List(Text("compute.instanceGroupManagers.update"), Text(permission)), "permissions")));
        Assert.NotEmpty(ShutdownRules.StopFenced.Find(record.Changed(Role, "keeper", role => role with { Name = "somebody-else" })));
    }

    private static bool IsKeepersRole(ResourceRecord resource) => resource.Type == Role && resource.Name.EndsWith("-keeper", StringComparison.Ordinal);

    [Theory]
    [InlineData("compute.instanceGroupManagers.update")]
    [InlineData("compute.instances.delete")]
    [InlineData("compute.autoscalers.update")] // No pool of production follows load.
    public async Task A_keeper_that_could_take_productions_machines_is_caught(string permission)
    {
        var record = await Prod.Record;
        Assert.Empty(ShutdownRules.StopFenced.Find(record));
        Assert.NotEmpty(ShutdownRules.StopFenced.Find(record.With(Role, "keeper", List(Text(permission)), "permissions")));
    }
}
