using GpuInfra.Infra.Common;
using GpuInfra.Infra.Google;
using GpuInfra.Planning.Fleets;
using Pulumi.Offline;

namespace GpuInfra.Offline.Policies;

/// <summary>A group that follows the wrong figure, or further than the plan says, is a bill or an outage that nobody reviewed.</summary>
internal static class ScalingRules
{
    private const string Hook = "aws:autoscaling/lifecycleHook:LifecycleHook";
    private const string Policy = "aws:autoscaling/policy:Policy";
    private const string Schedule = "aws:autoscaling/schedule:Schedule";
    private static readonly string[] Autoscalers = ["gcp:compute/regionAutoscaler:RegionAutoscaler", "gcp:compute/autoscaler:Autoscaler"];

    public static Policy<Evidence> ScalingBounded { get; } = new(
        "scaling-bounded",
        "groups follow requests waiting and places in use, never CPU, and stay between the sizes that the plan gives their pool",
        "AWS: target tracking of GpuInfra's figures of the pool itself, minSize and maxSize the plan's, desiredCapacity ignored; Google Cloud: metrics of "
        + "gpuinfra, minReplicas and maxReplicas the plan's, no targetSize.",
        evidence => evidence.Look(resource =>
        {
            var pool = evidence.PoolOf(resource);
            var follows = pool is not null && evidence.Fleet.ScalingOf(pool) is not null;
            return resource.Type switch
            {
                Policy when pool is not null && SpotTwin.Of(evidence.Fleet.Plan, pool) => OfFallback(resource.Inputs, Most(pool)),
                ResourceTypes.AutoScalingGroup when pool is not null && SpotTwin.Of(evidence.Fleet.Plan, pool) && !PurchaseRules.IsSpotGroup(resource) => OfTwin(resource, Most(pool)),
                Policy when pool is not null && IsQueued(evidence, pool) => OfFallback(resource.Inputs, Most(pool)),
                Policy => [.. Follows(pool, follows), .. OfPolicy(resource.Inputs, pool)],
                ResourceTypes.AutoScalingGroup when follows => OfGroup(resource, pool!, evidence),
                Schedule when follows => OfSchedule(resource.Inputs, pool!),
                ResourceTypes.RegionalGroup or ResourceTypes.ZonalGroup when follows => OfManagedGroup(resource, pool!, evidence),
                _ when Autoscalers.Contains(resource.Type) && pool is not null && IsQueued(evidence, pool) && IsByQueue(resource.Inputs) => OfQueue(resource.Inputs.At("autoscalingPolicy"), pool),
                _ when Autoscalers.Contains(resource.Type) && pool is not null && SpotTwin.Of(evidence.Fleet.Plan, pool) && IsByLoad(resource.Inputs) => OfTwin(resource.Inputs.At("autoscalingPolicy"), pool),
                _ when Autoscalers.Contains(resource.Type) && IsByLoad(resource.Inputs) => [.. Follows(pool, follows), .. OfAutoscaler(resource.Inputs.At("autoscalingPolicy"), pool)],
                _ => null,
            };
        }));

    /// <summary>Its machines are as many as jobs need, and no more than planned.</summary>
    private static bool IsQueued(Evidence evidence, Pool pool) =>
        evidence.Fleet.Servings.Any(serving => serving.Serving.Name == pool.Serving && serving.Serving.Queue is not null);

    private static bool IsByQueue(PropertyValue autoscaler) =>
        autoscaler.ListAt("autoscalingPolicy", "metrics").FirstOrDefault().TextAt("name") == GoogleQueues.JobsInTheirHours;

    private static IEnumerable<string> OfQueue(PropertyValue? policy, Pool pool)
    {
        if (policy.NumberAt("minReplicas") != 0 || policy.NumberAt("maxReplicas") > pool.Instances.Max)
        {
            yield return FormattableString.Invariant($"it runs without jobs, or may become larger than the {pool.Instances.Max} that are planned");
        }
    }

    /// <summary>One that only opens and closes a run window follows no load.</summary>
    private static bool IsByLoad(PropertyValue autoscaler) =>
        autoscaler.At("autoscalingPolicy", "cpuUtilization") is not null || autoscaler.ListAt("autoscalingPolicy", "metrics").Any();

    private static IEnumerable<string> Follows(Pool? pool, bool follows) =>
        Values.Unless(follows, pool is null ? "it resizes a group of no pool" : "by the plan its pool stands at its size");

    private static IEnumerable<string> OfPolicy(PropertyValue policy, Pool? pool)
    {
        var tracking = policy.At("targetTrackingConfiguration");
        var metric = tracking.At("customizedMetricSpecification");
        if (tracking.TextAt("predefinedMetricSpecification", "predefinedMetricType") is { } predefined)
        {
            yield return $"it follows {predefined}, which says nothing of how busy a GPU is";
        }
        else if (metric.TextAt("namespace") != LoadTarget.AmazonNamespace || metric.TextAt("metricName") is not (LoadTarget.AmazonInUse or LoadTarget.AmazonWaiting))
        {
            yield return $"it follows {metric.TextAt("namespace") ?? "no figure"} {metric.TextAt("metricName")}, which no machine publishes";
        }
        else if (pool is not null && metric.ListAt("metricDimensions").FirstOrDefault().TextAt("value") != pool.Id)
        {
            yield return "it follows another pool's figures";
        }

        if (policy.NumberAt("estimatedInstanceWarmup") is not > 0)
        {
            yield return "it counts machines before they answer: estimatedInstanceWarmup is not set";
        }
    }

    private static IEnumerable<string> OfGroup(ResourceRecord group, Pool pool, Evidence evidence)
    {
        foreach (var fault in Bounds(group.Inputs.NumberAt("minSize"), group.Inputs.NumberAt("maxSize"), pool))
        {
            yield return fault;
        }

        if (!group.Options.IgnoreChanges.Contains("desiredCapacity"))
        {
            yield return "the next update puts its size back: desiredCapacity is not ignored";
        }

        foreach (var fault in Waiting(evidence, pool, group.Inputs.At("warmPool") is { } warm ? [warm.NumberAt("minSize"), warm.NumberAt("maxGroupPreparedCapacity")] : []))
        {
            yield return fault;
        }

        if (group.Inputs.At("warmPool") is not null && (group.Inputs.TextAt("warmPool", "poolState") != "Stopped" || !evidence.Dependents(group, Hook).Any()))
        {
            yield return "its warm pool does not hold prepared, stopped machines: poolState is not Stopped, or no hook waits until they are prepared";
        }

        var followed = evidence.Dependents(group, Policy).Select(policy => policy.Inputs.TextAt("targetTrackingConfiguration", "customizedMetricSpecification", "metricName")).ToList();
        foreach (var metric in new[] { LoadTarget.AmazonInUse, LoadTarget.AmazonWaiting }.Where(metric => !followed.Contains(metric)))
        {
            yield return $"nothing makes it follow {metric}";
        }
    }

    /// <summary>As many machines wait stopped as the plan says.</summary>
    private static IEnumerable<string> Waiting(Evidence evidence, Pool pool, IReadOnlyCollection<decimal?> sizes)
    {
        var planned = evidence.Fleet.StandbyOf(pool)?.Machines ?? 0;
        return Values.Unless(
            sizes.Count == 0 ? planned == 0 : sizes.All(size => size == planned),
            FormattableString.Invariant($"{string.Join(" to ", sizes.DefaultIfEmpty(0))} machines wait stopped beside it, and the plan says {planned}"));
    }

    /// <summary>What a spot pool's groups hold at most, in their unit: replicas.</summary>
    private static int Most(Pool pool) => pool.ReplicasOf(pool.Instances.Max);

    private static IEnumerable<string> OfTwin(ResourceRecord twin, int most)
    {
        if (twin.Inputs.NumberAt("minSize") != 0 || twin.Inputs.NumberAt("desiredCapacity") != 0 || twin.Inputs.NumberAt("maxSize") > most)
        {
            yield return FormattableString.Invariant($"it is not empty at first, or may become larger than the {most} that it stands in for");
        }

        if (!twin.Options.IgnoreChanges.Contains("desiredCapacity"))
        {
            yield return "the next update puts its size back: desiredCapacity is not ignored";
        }
    }

    /// <summary>On Google Cloud a twin's autoscaler follows the keeper's figure of its own pool, from none to as many as the pool has.</summary>
    private static IEnumerable<string> OfTwin(PropertyValue? policy, Pool pool)
    {
        if (policy.NumberAt("minReplicas") != 0 || policy.NumberAt("maxReplicas") > pool.Instances.Max)
        {
            yield return FormattableString.Invariant($"it is not empty at first, or may become larger than the {pool.Instances.Max} that it stands in for");
        }

        if (policy.ListAt("metrics").ToList() is not [var metric] || metric.TextAt("name") != GoogleFallback.StandIn || metric.TextAt("filter")?.Contains($"metric.labels.pool = \"{pool.Id}\"", StringComparison.Ordinal) != true)
        {
            yield return $"it does not follow {GoogleFallback.StandIn} of its own pool";
        }
    }

    private static IEnumerable<string> OfFallback(PropertyValue policy, int most)
    {
        if (policy.TextAt("adjustmentType") != "ExactCapacity")
        {
            yield return "it adds machines each time that it is asked: adjustmentType is not ExactCapacity";
        }

        if (policy.ListAt("stepAdjustments").Select(step => step.NumberAt("scalingAdjustment")).Append(policy.NumberAt("scalingAdjustment")).Max() > most)
        {
            yield return FormattableString.Invariant($"it asks for more than the {most} that it stands in for");
        }
    }

    /// <summary>A schedule raises the least size and nothing else; its defaults are 0.</summary>
    private static IEnumerable<string> OfSchedule(PropertyValue schedule, Pool pool)
    {
        if (schedule.NumberAt("minSize") is not { } least || least < pool.Instances.Min || least > pool.Instances.Max)
        {
            yield return FormattableString.Invariant($"minSize is not between {pool.Instances.Min} and {pool.Instances.Max}");
        }

        if (schedule.NumberAt("desiredCapacity") != -1 || schedule.NumberAt("maxSize") != -1)
        {
            yield return "it sets more than the least size: maxSize and desiredCapacity are not -1";
        }
    }

    private static IEnumerable<string> OfManagedGroup(ResourceRecord group, Pool pool, Evidence evidence)
    {
        foreach (var fault in Waiting(evidence, pool, group.Inputs.NumberAt("targetStoppedSize") is { } stopped ? [stopped] : []))
        {
            yield return fault;
        }

        if (group.Inputs.NumberAt("targetSuspendedSize") > 0)
        {
            yield return "machines with GPUs cannot be suspended";
        }

        if (group.Inputs.At("targetSize") is not null)
        {
            yield return "the next update fights its autoscaler: targetSize is set";
        }

        if (!Autoscalers.Any(type => evidence.Dependents(group, type).Any()))
        {
            yield return "nothing makes it follow load";
        }
    }

    private static IEnumerable<string> OfAutoscaler(PropertyValue? policy, Pool? pool)
    {
        if (policy.At("cpuUtilization") is not null)
        {
            yield return "it follows cpuUtilization, which says nothing of how busy a GPU is";
        }

        var names = policy.ListAt("metrics").Select(metric => metric.TextAt("name")).ToHashSet();
        if (!names.SetEquals([LoadTarget.GoogleInUse, LoadTarget.GoogleWaiting]))
        {
            yield return $"it follows {string.Join(", ", names.Order(StringComparer.Ordinal))}, and machines publish {LoadTarget.GoogleInUse} and {LoadTarget.GoogleWaiting}";
        }

        if (policy.NumberAt("cooldownPeriod") is not > 0)
        {
            yield return "it counts machines before they answer: cooldownPeriod is not set";
        }

        foreach (var fault in pool is null ? [] : Bounds(policy.NumberAt("minReplicas"), policy.NumberAt("maxReplicas"), pool)
            .Concat(policy.ListAt("scalingSchedules").Where(schedule => schedule.NumberAt("minRequiredReplicas") > pool.Instances.Max)
                .Select(schedule => $"its schedule {schedule.TextAt("name")} asks for more than the plan's {pool.Instances.Max}")))
        {
            yield return fault;
        }
    }

    private static IEnumerable<string> Bounds(decimal? least, decimal? most, Pool pool) => Values.Unless(
        least == pool.Instances.Min && most == pool.Instances.Max,
        FormattableString.Invariant($"it may run {least} to {most} machines, and the plan says {pool.Instances.Min} to {pool.Instances.Max}"));
}
