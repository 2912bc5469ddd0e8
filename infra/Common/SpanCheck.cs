using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Plans;

namespace GpuInfra.Infra.Common;

/// <summary>What holds of a pool whose replicas span machines, each of what does not with what to write instead.</summary>
internal static class SpanCheck
{
    public static IEnumerable<string> Problems(FleetPlan fleet) =>
        fleet.Provisioned.Where(pool => pool.NodesPerReplica != 1).SelectMany(pool => Of(fleet, pool).Select(problem => $"{pool.Id}: {problem}"));

    private static IEnumerable<string> Of(FleetPlan fleet, Pool pool)
    {
        var nodes = pool.NodesPerReplica;
        if (nodes < 1)
        {
            yield return $"a replica spans {nodes} machines; it is at least one.";
            yield break;
        }

        if (pool.Tier == Tier.Spot)
        {
            yield return $"a replica of {nodes} machines is lost with any of them; it may not run on spot.";
        }

        if (pool.Zones.Count(zone => zone.Instances > 0) != 1 || pool.Zones.Length != 1)
        {
            yield return $"the machines of a replica are in one zone, and this pool has {string.Join(", ", pool.Zones.Select(zone => zone.Zone))}.";
        }

        if (new[] { pool.Instances.Min, pool.Instances.Desired, pool.Instances.Max }.Any(count => count % nodes != 0))
        {
            yield return $"its sizes {pool.Instances.Min}, {pool.Instances.Desired} and {pool.Instances.Max} are no multiples of the {nodes} machines of a replica.";
        }

        if (pool.ReplicasPerInstance != 1 || pool.Ladder.Length != 1)
        {
            yield return "a machine of a replica that spans several holds nothing else, and all are of one type.";
        }

        if (pool.Engine.TensorParallel != pool.GpusPerInstance || pool.Engine.PipelineParallel != nodes)
        {
            yield return $"a replica of {nodes} machines has a stage on each and all {pool.GpusPerInstance} GPUs of it in a stage, not {pool.Engine.PipelineParallel} stages of {pool.Engine.TensorParallel}.";
        }

        if (pool.Engine.Cut is not null)
        {
            yield return "GPUs of a replica that spans machines are not shared; write sharing: none.";
        }

        if (pool.AutoShutdown)
        {
            yield return "a machine of a replica is never idle by itself; leave shutdown.idle to other servings.";
        }

        if (fleet.ScalingOf(pool) is not null || PoolStandby.IsWished(fleet.Plan, pool))
        {
            yield return "what follows load counts machines, not replicas of several; leave scaling out.";
        }

        if (PoolHealth.IsReplaced(fleet.Plan, pool))
        {
            yield return $"health.replace: when a replica fails all of its machines say so, and which is broken nobody knows; leave it out for {pool.Serving}. A machine that dies is replaced all the same.";
        }

        if (fleet.Servings.FirstOrDefault(serving => serving.Serving.Name == pool.Serving)?.Serving.Queue is not null)
        {
            yield return $"jobs are taken by each machine for itself; give {pool.Serving} a model that one machine holds, or no queue.";
        }

        if (ReplicaFabric.Refusal(pool) is { } refusal)
        {
            yield return $"{refusal}.";
        }

        if (pool.Cloud == CloudProvider.Gcp && fleet.Plan.NetworkIn(pool.Cloud, pool.Region) is not null)
        {
            yield return $"the network of {pool.Region} is there already, and its rules let no machine of a replica reach another; let GpuInfra make the network, or choose AWS.";
        }
    }
}
