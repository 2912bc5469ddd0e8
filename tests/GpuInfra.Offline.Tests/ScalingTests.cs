using System.Collections.Immutable;
using GpuInfra.Offline.Diff;
using GpuInfra.Offline.Policies;
using GpuInfra.Offline.Tests.Diff;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Plans.Profiles;
using Pulumi.Offline;
using static GpuInfra.Offline.Tests.Prod;

namespace GpuInfra.Offline.Tests;

/// <summary>Production whose chat follows its load by a profile of a working day, followed into the record.</summary>
public class ScalingTests
{
    private const string Policy = "aws:autoscaling/policy:Policy";
    private const string Schedule = "aws:autoscaling/schedule:Schedule";
    private const string Autoscaler = "gcp:compute/regionAutoscaler:RegionAutoscaler";

    private static readonly Lazy<Task<PreviewRecord>> Lazy = new(() => RunAsync(40));

    private static readonly Lazy<Task<PreviewRecord>> LazyWaiting = new(() => RunAsync(40, standby: true));

    private static Task<PreviewRecord> Scaled => Lazy.Value;

    internal static Task<PreviewRecord> Waiting => LazyWaiting.Value;

    [Fact]
    public async Task Every_policy_holds_and_one_looks_at_what_scales()
    {
        var record = await Scaled;
        Assert.DoesNotContain(record.Checks, check => check.Status == CheckStatus.Fail);
        Assert.True(record.Checks.Where(check => check.Id == "scaling-bounded").Sum(check => check.Examined) >= 4);
    }

    [Fact]
    public async Task It_costs_what_the_plan_says_which_is_the_most()
    {
        var (record, prod) = (await Scaled, await Prod.Record);
        Assert.Equal(prod.Fleet.Cost.Monthly, record.Fleet.Cost.Monthly);
        Assert.Equal(prod.Costs.Monthly.Amount + (2 * 730 * 0.01m), record.Costs.Monthly.Amount); // The way to publish figures: an endpoint in two zones, a cent an hour each.
    }

    [Fact]
    public async Task Machines_are_started_ahead_of_the_day_on_both_clouds()
    {
        var record = await Scaled;
        foreach (var pool in record.Fleet.Pools.Where(pool => record.Fleet.ScalingOf(pool) is not null))
        {
            var day = record.Fleet.Times.Schedules[pool.Id].Stretches.MaxBy(stretch => stretch.Min)!;
            Assert.True(day.At < new TimeOnly(8, 0), day.ToString());
            var cron = FormattableString.Invariant($"{day.At.Minute} {day.At.Hour} * * 0,1,2,3,4,5,6");
            if (pool.Cloud == CloudProvider.Aws)
            {
                var schedule = record.Resolved.Resources.Single(resource => resource.Type == Schedule && resource.Name.StartsWith(pool.Id, StringComparison.Ordinal) && resource.Inputs.TextAt("recurrence") == cron).Inputs;
                Assert.Equal((day.Min, -1, -1, "Etc/UTC"), ((int)schedule.NumberAt("minSize")!, (int)schedule.NumberAt("maxSize")!, (int)schedule.NumberAt("desiredCapacity")!, schedule.TextAt("timeZone")));
            }
            else
            {
                var schedule = Assert.Single(record.Resolved.Resources.Single(FollowsLoad)
                    .Inputs.ListAt("autoscalingPolicy", "scalingSchedules"));
                Assert.Equal((cron, day.Min, (int)day.Length.TotalSeconds), (schedule.TextAt("schedule"), (int)schedule.NumberAt("minRequiredReplicas")!, (int)schedule.NumberAt("durationSec")!));
            }
        }
    }

    [Fact]
    public async Task Pitfall_12_the_size_that_load_asked_for_is_not_put_back() => Assert.All(
        (await Scaled).Resolved.Resources.Where(resource => resource.Type == Policy),
        policy => Assert.Contains("desiredCapacity", Group(policy).Options.IgnoreChanges));

    [Fact]
    public async Task Launches_that_the_keeper_stopped_are_not_resumed_by_an_update()
    {
        var record = await Scaled;
        Assert.All(record.Resolved.Resources.Where(resource => resource.Type == Policy && resource.Inputs.At("targetTrackingConfiguration") is not null), policy => Assert.Contains("suspendedProcesses", Group(policy).Options.IgnoreChanges));
        Assert.All(
            record.Resolved.Resources.Where(FollowsLoad),
            scaler => Assert.Contains("autoscalingPolicy.mode", scaler.Options.IgnoreChanges));
        Assert.Equal(
            record.Resolved.Resources.Count(FollowsLoad),
            record.Resolved.Resources.Count(group => group.Type == ResourceTypes.RegionalGroup && group.Options.IgnoreChanges.Contains("instanceLifecyclePolicy.defaultActionOnFailure")));
    }

    [Fact]
    public async Task More_demand_changes_sizes_and_when_they_hold_and_the_targets_that_follow_from_a_replicas_rate()
    {
        string[] sizes = ["minSize", "maxSize", "desiredCapacity", "targetSize", "instanceCount", "specificReservation", "autoscalingPolicy", "targetTrackingConfiguration", "threshold"];
        var more = await RunAsync(48);
        Assert.NotEqual((await Scaled).Fleet.Cost.Monthly, more.Fleet.Cost.Monthly);
        var (before, after) = ((await Scaled).Preview.Resources, more.Preview.Resources.ToDictionary(resource => resource.Urn));
        foreach (var resource in before.Where(resource => resource.Type is Policy or Autoscaler || ResourceTypes.Groups.Contains(resource.Type)))
        {
            var now = after[resource.Urn].Inputs.Members;
            Assert.Subset(sizes.ToHashSet(), resource.Inputs.Members.Keys.Union(now.Keys).Where(key => !Equals(Shown(resource.Inputs.Members.GetValueOrDefault(key)), Shown(now.GetValueOrDefault(key)))).ToHashSet());
        }

        static string Shown(PropertyValue? value) => value is null ? "" : RecordJson.ToText(value);
    }

    [Fact]
    public async Task More_demand_replaces_and_refreshes_nothing_and_changes_capacities_schedules_and_targets_alone()
    {
        var diff = R.Diff(StackRecord.Of(await RunAsync(40, runs: true)), StackRecord.Of(await RunAsync(48, runs: true)));

        Assert.True(diff.Passed, string.Join('\n', diff.Gate));
        Assert.NotEmpty(diff.Resources);
        Assert.Equal(
            [
                "aws:autoscaling/group:Group maxSize",
                "aws:autoscaling/policy:Policy targetTrackingConfiguration.targetValue", // The share of places in use follows from a replica's planned rate.
                "aws:autoscaling/schedule:Schedule minSize",
                "aws:s3/bucketObjectv2:BucketObjectv2 content", // What the routers know of the serving, deployed in place.
                "gcp:compute/instanceGroupManager:InstanceGroupManager targetSize",
                "gcp:compute/regionAutoscaler:RegionAutoscaler autoscalingPolicy.maxReplicas",
                "gcp:compute/regionAutoscaler:RegionAutoscaler autoscalingPolicy.metrics[0].target",
                "gcp:compute/regionAutoscaler:RegionAutoscaler autoscalingPolicy.scalingSchedules[0].minRequiredReplicas",
                "gcp:compute/reservation:Reservation specificReservation.count",
            ],
            diff.Resources.SelectMany(change => change.Changes.Select(one => $"{change.Type} {one.Path.Text}")).Distinct().Order(StringComparer.Ordinal));
        Assert.All(diff.Resources, change => Assert.True(change.Action == ResourceAction.Update, $"{change.Action} {change.Urn}"));
    }

    public static TheoryData<string, Func<PreviewRecord, PreviewRecord>> Violations => new()
    {
        { "and the plan says", record => record.With(ResourceTypes.AutoScalingGroup, "assistant-aws-us-east-1-ondemand", new PropertyValue.Number(0), "minSize") },
        { "and the plan says", record => record.With(ResourceTypes.AutoScalingGroup, "assistant-aws-us-east-1-ondemand", new PropertyValue.Number(999), "maxSize") },
        { "desiredCapacity is not ignored", record => record.Changed(ResourceTypes.AutoScalingGroup, "assistant-aws-us-east-1-ondemand", group => group with { Options = group.Options with { IgnoreChanges = [] } }) },
        { "nothing makes it follow RequestsWaiting", record => record.Without(Policy) },
        { "another pool's figures", record => record.With(Policy, "", Text("coder"), "targetTrackingConfiguration", "customizedMetricSpecification", "metricDimensions", "value") },
        { "minSize is not between", record => record.With(Schedule, "assistant", new PropertyValue.Number(0), "minSize") },
        { "more than the least size", record => record.With(Schedule, "assistant", new PropertyValue.Number(0), "desiredCapacity") },
        { "targetSize is set", record => record.With(ResourceTypes.RegionalGroup, "assistant", new PropertyValue.Number(3), "targetSize") },
        { "cooldownPeriod", record => record.With(Autoscaler, "assistant", null, "autoscalingPolicy", "cooldownPeriod") },
        { "and machines publish", record => record.With(Autoscaler, "assistant", Text("compute.googleapis.com/instance/cpu/utilization"), "autoscalingPolicy", "metrics", "name") },
        { "and the plan says", record => record.With(Autoscaler, "assistant", new PropertyValue.Number(0), "autoscalingPolicy", "minReplicas") },
    };

    [Theory]
    [MemberData(nameof(Violations))]
    public async Task What_leaves_the_plans_bounds_is_caught(string says, Func<PreviewRecord, PreviewRecord> plant)
    {
        var record = await Scaled;
        Assert.Empty(ScalingRules.ScalingBounded.Find(record));
        Assert.Contains(ScalingRules.ScalingBounded.Find(plant(record)), finding => finding.Detail.Contains(says, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Stopped_machines_pass_every_policy_and_cost_their_disks_and_the_way_to_say_that_they_are_prepared()
    {
        var (record, scaled) = (await Waiting, await Scaled);
        Assert.DoesNotContain(record.Checks, check => check.Status == CheckStatus.Fail);
        var waits = record.Fleet.Pools.Where(pool => record.Fleet.StandbyOf(pool) is not null).ToList();
        Assert.NotEmpty(waits);
        Assert.Equal(record.Fleet.Pools.Count(pool => record.Fleet.ScalingOf(pool) is not null), waits.Count);
        Assert.Equal(scaled.Fleet.Cost.Monthly, record.Fleet.Cost.Monthly);
        var disks = 0m;
        foreach (var pool in waits)
        {
            var standby = record.Fleet.StandbyOf(pool)!;
            var before = (decimal)RootDisk.GibFor(PoolStart.Weights(record.Fleet.Plan.Servings.First(serving => serving.Name == pool.Serving), pool)) * Price(pool, pool.Cloud == CloudProvider.Aws ? "gp3-storage" : "pd-balanced");
            var now = standby.Monthly!.Value.Amount / standby.Machines;
            disks += (now * (pool.Instances.Desired + standby.Machines)) - (before * pool.Instances.Desired);
        }

        var endpoint = waits.Exists(pool => pool.Cloud == CloudProvider.Aws) ? 2 * 730 * 0.01m : 0;
        Assert.InRange(record.Costs.Monthly.Amount - scaled.Costs.Monthly.Amount - disks - endpoint, -1m, 1m);

        static decimal Price(Pool pool, string sku) => Catalog.Embedded.FindUnitPrice(pool.Cloud, pool.Region, "block-storage", sku)!.Price.Amount;
    }

    public static TheoryData<string, Func<PreviewRecord, PreviewRecord>> StandbyViolations => new()
    {
        { "machines wait stopped beside it, and the plan says 1", record => record.With(ResourceTypes.AutoScalingGroup, "assistant-aws-us-east-1-ondemand", new PropertyValue.Number(7), "warmPool", "minSize") },
        { "poolState is not Stopped", record => record.With(ResourceTypes.AutoScalingGroup, "assistant-aws-us-east-1-ondemand", Text("Running"), "warmPool", "poolState") },
        { "no hook waits until they are prepared", record => record.Without("aws:autoscaling/lifecycleHook:LifecycleHook") },
        { "machines wait stopped beside it, and the plan says 1", record => record.With(ResourceTypes.RegionalGroup, "assistant", null, "targetStoppedSize") },
        { "cannot be suspended", record => record.With(ResourceTypes.RegionalGroup, "assistant", new PropertyValue.Number(1), "targetSuspendedSize") },
    };

    [Theory]
    [MemberData(nameof(StandbyViolations))]
    public async Task Other_machines_that_wait_than_the_plan_says_are_caught(string says, Func<PreviewRecord, PreviewRecord> plant)
    {
        var record = await Waiting;
        Assert.Empty(ScalingRules.ScalingBounded.Find(record));
        Assert.Contains(ScalingRules.ScalingBounded.Find(plant(record)), finding => finding.Detail.Contains(says, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_warm_pool_on_a_reservation_is_refused()
    {
        var record = (await Waiting).With(ResourceTypes.AutoScalingGroup, "assistant-aws-us-east-1-ondemand", Text("capacity-reservations-first"), "capacityReservationSpecification", "capacityReservationPreference");
        Assert.Contains(CombinationRules.AcceptedCombinations.Find(record), finding => finding.Detail.Contains("a warm pool on a reservation", StringComparison.Ordinal));
    }

    private static bool FollowsLoad(ResourceRecord resource) =>
        resource.Type == Autoscaler && resource.Inputs.ListAt("autoscalingPolicy", "metrics").Any() && resource.Inputs.NumberAt("autoscalingPolicy", "minReplicas") > 0;

    private static ResourceRecord Group(ResourceRecord policy) =>
        Scaled.Result.Resolved.Resources.Single(resource => resource.Type == ResourceTypes.AutoScalingGroup && policy.PropertyDependencies["autoscalingGroupName"].Contains(resource.Urn));

    private static async Task<PreviewRecord> RunAsync(int scale, bool runs = false, bool standby = false)
    {
        using var sandbox = new Sandbox();
        if (runs)
        {
            sandbox.Run();
        }

        var profile = Catalog.Embedded.FindProfile("azure-conv-2023")!;
        ImmutableArray<double> workingDay = [.. Enumerable.Range(0, 24).Select(hour => hour is >= 8 and < 20 ? 1.8 : 0.2)];
        await File.WriteAllTextAsync(sandbox.Stacks("day.profile.yaml"), ProfileText.ToYaml(profile with { Id = "day", Arrivals = profile.Arrivals with { HourOfDay = workingDay, Clock = TraceClock.Utc } }));
        sandbox.Change("prod.plan.yaml", "{ name: chat, demand: { scale: 40 } }", FormattableString.Invariant($"{{ name: chat, demand: {{ profile: day.profile.yaml, scale: {scale} }} }}"));
        sandbox.Change("prod.plan.yaml", "servings:\n", $"servings:\n  - {{ name: assistant, scaling: {{ floor: 40%{(standby ? ", standby: 1" : "")} }} }}\n");
        return await FleetPreview.RunAsync(PlanSource.OfStack(ProjectDirectory.At(sandbox.Root)!, "prod"));
    }
}
