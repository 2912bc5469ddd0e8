using System.Collections.Immutable;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Monitoring;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Routes;

namespace GpuInfra.Infra.Common;

/// <summary>Combinations that a cloud would refuse half-way through an update, or that would cost money for nothing.</summary>
internal static class FleetCheck
{
    /// <summary>Capacity weights of an Auto Scaling group.</summary>
    private const int MostWeight = 999;

    /// <summary>The largest initialDelaySec of a Google group's standbyPolicy.</summary>
    private const int MostDelaySeconds = 3600;

    public static ImmutableArray<string> Problems(FleetPlan fleet, TagScheme tags)
    {
        var kinds = fleet.Servings.ToDictionary(serving => serving.Serving.Name, serving => serving.Serving.Kind);
        var problems = new List<string>();
        problems.AddRange(fleet.Plan.Tags.Required.Where(key => !tags.Shared.Tags.ContainsKey(fleet.Plan.Tags.NameOf(key)))
            .Select(key => $"tags.required: no resource would carry '{key}'; add it to tags.extra."));
        problems.AddRange(fleet.Plan.Commitments.Where(commitment => fleet.Plan.Environment == DeploymentEnvironment.Prod && commitment.Approval is null)
            .Select(commitment => $"commitments.{commitment.Name}: production counts on a commitment that nobody approved; name its file in approvals/ (approval: FILE.yaml)."));
        problems.AddRange(fleet.Pools.CountBy(pool => pool.Id).Where(id => id.Value > 1)
            .Select(id => $"{id.Key}: {id.Value} pools have this id."));
        problems.AddRange(fleet.Provisioned.Where(pool => !ZonesOf(fleet.Plan, pool).IsSupersetOf(pool.Zones.Select(zone => zone.Zone)))
            .Select(pool => $"{pool.Id}: it uses a zone that its region's network does not have."));
        problems.AddRange(ClusterFleetCheck.Problems(fleet));
        problems.AddRange(Queues(fleet));
        problems.AddRange(Routers(fleet));
        problems.AddRange(Monitors(fleet));
        problems.AddRange(fleet.Provisioned.Where(pool => fleet.ScalingOf(pool)?.FollowsSchedule == true && fleet.Times.Schedules.GetValueOrDefault(pool.Id)?.Stretches.Length > LoadTarget.MostStretches)
            .Select(pool => $"{pool.Id}: its schedule changes more than the {LoadTarget.MostStretches} times a week that AWS takes for a group; leave it out (scaling: {{ schedule: false }})."));
        problems.AddRange(Standbys(fleet));
        problems.AddRange(SpanCheck.Problems(fleet));
        problems.AddRange(fleet.SharedFiles.Where(files => files.Cloud == CloudProvider.Gcp && fleet.Plan.NetworkIn(files.Cloud, files.Region) is not null)
            .Select(files => $"storage.trainingData: tier: hot needs a network that GpuInfra makes in gcp/{files.Region}; leave tier or clouds.gcp.network out."));
        problems.AddRange(fleet.Provisioned.SelectMany(pool => Of(pool, kinds[pool.Serving])
            .Select(problem => $"{pool.Id}: {problem}")));
        return [.. problems];
    }

    /// <summary>Jobs run in hours that are priced.</summary>
    private static IEnumerable<string> Queues(FleetPlan fleet)
    {
        var queued = fleet.Servings.Where(serving => serving.Serving.Queue is not null).Select(serving => serving.Serving.Name).ToHashSet();
        foreach (var pool in fleet.Provisioned.Where(pool => queued.Contains(pool.Serving)))
        {
            if (pool.Window is null)
            {
                yield return $"{pool.Id}: a queue needs hours that are priced; give {pool.Serving}'s workloads a window or a deadline, and keep it off reservations.";
            }
        }
    }

    /// <summary>Stopped machines that a cloud does not allow, or that it would stop before they are prepared.</summary>
    private static IEnumerable<string> Standbys(FleetPlan fleet)
    {
        foreach (var pool in fleet.Provisioned.Where(pool => PoolStandby.IsWished(fleet.Plan, pool)))
        {
            if (PoolStandby.Refusal(Catalog.Embedded, pool) is { } refusal)
            {
                yield return $"{pool.Id}: scaling.standby: {refusal}. Leave it out, or choose other machines.";
            }
            else if (pool.Cloud == CloudProvider.Gcp && MachineNeeds.LoadSeconds(fleet.Servings.First(serving => serving.Serving.Name == pool.Serving).Serving.Model, pool.Engine.Precision) is > MostDelaySeconds and var seconds)
            {
                yield return $"{pool.Id}: scaling.standby: its machines take up to {seconds} s to be prepared, and Google Cloud stops them after {MostDelaySeconds} s at the latest. Leave it out.";
            }
        }
    }

    /// <summary>What routers could not do: hold more places than they have, and reach APIs without a way out.</summary>
    private static IEnumerable<string> Routers(FleetPlan fleet)
    {
        var entries = RouterEntry.All(fleet);
        foreach (var (entry, route) in entries.SelectMany(entry => entry.Table.Routes.Select(route => (entry, route))))
        {
            var most = entry.PoolsOf(route).GroupBy(backend => backend.Rank).Select(rank => rank.Sum(backend => backend.Replicas)).DefaultIfEmpty(0).Max();
            if (most > RouterEntry.Slots)
            {
                yield return $"router: {most} replicas of {route.Serving.Name} in {entry.Region}, and a router has places for {RouterEntry.Slots}; share the serving out to more regions.";
            }
        }

        foreach (var (route, key) in entries.Take(1).SelectMany(entry => entry.Table.Routes)
            .SelectMany(route => new[] { (route, Key: route.Wish.Overflow.IsEmpty ? null : "overflow"), (route, Key: route.Wish.Shadow is null ? null : "shadow") })
            .Where(asks => asks.Key is not null && !entries.Any(entry => asks.Key == "shadow" ? entry.ShadowOf(asks.route) is not null : entry.HasWayOut)))
        {
            yield return $"router.routes.{route.Serving.Name}.{key}: no router has a way out to an API; name the network that has one in clouds.aws, or leave the {key} out.";
        }
    }

    /// <summary>What monitors could not do: reach machines of another network without a link, and take an address in a network that is not the stack's.</summary>
    private static IEnumerable<string> Monitors(FleetPlan fleet)
    {
        var places = MonitorPlace.Of(fleet);
        var regions = fleet.Provisioned.Select(pool => (pool.Cloud, pool.Region)).Distinct().ToList();
        if (!places.IsEmpty && regions.Count > 1 && fleet.Plan.Monitoring!.Link == CloudLink.None)
        {
            yield return "monitoring: machines are in several networks, and monitors read them and each other from their own; join these and write link: existing.";
        }

        if (fleet.Plan is { Platform: Platform.Vm, Router.StopsCanaries: true })
        {
            foreach (var (cloud, region) in regions.Where(at => !places.Any(place => (place.Cloud, place.Region) == at)))
            {
                yield return $"router: a canary that stops is stopped by the monitor of its region, and none stands in {cloud.Name()}/{region}; write monitoring: {{ mode: create }} for one region of each cloud, or leave stops out.";
            }
        }

        foreach (var (cloud, region) in regions.Where(place => !places.IsEmpty && fleet.Plan.NetworkIn(place.Cloud, place.Region) is not null))
        {
            yield return $"monitoring: {cloud.Name()}/{region} is a network that is there already, in which the stack makes no monitors and opens no way to them; run your own there and write mode: existing.";
        }
    }

    /// <summary>The zones that a pool's network reaches.</summary>
    private static HashSet<string> ZonesOf(CapacityPlan plan, Pool pool)
    {
        var zones = Catalog.Embedded.Zones(pool.Cloud, pool.Region);
        return [.. plan.NetworkIn(pool.Cloud, pool.Region) is { } network ? zones.Where(network.Reaches) : zones];
    }

    private static IEnumerable<string> Of(Pool pool, ServingKind kind)
    {
        var gpusPerReplica = pool.Engine.TensorParallel * pool.Engine.PipelineParallel;
        if (pool.Tier == Tier.Spot && kind == ServingKind.Online)
        {
            yield return "an online serving may not run on spot.";
        }

        if (pool.Ladder.Length != 1 && pool.Tier != Tier.Spot)
        {
            yield return "only spot pools have a ladder.";
        }

        if (pool.Ladder.IsEmpty || pool.Ladder[0].InstanceType != pool.InstanceType)
        {
            yield return "its ladder does not begin with its instance type.";
        }

        if (pool.Ladder.Any(rung => rung.ReplicasPerInstance is < 1 or > MostWeight))
        {
            yield return $"a rung of its ladder holds no replica, or more than {MostWeight}.";
        }

        if (pool.NodesPerReplica == 1 && pool.ReplicasPerInstance * gpusPerReplica > pool.GpusPerInstance)
        {
            var replicas = pool.ReplicasPerInstance;
            yield return $"{replicas} replicas of {gpusPerReplica} GPUs do not fit on {pool.GpusPerInstance} GPUs.";
        }

        if (pool.Engine.Cut is { Profile: { } profile } cut && Catalog.Embedded.FindGpu(pool.Gpu)?.Mig is { } cuts && cuts.FirstOrDefault(one => one.Profile == profile) is var found && (found is null || cut.PerGpu > found.Instances))
        {
            yield return found is null
                ? $"{pool.Gpu} cannot be cut into {profile}; it can into {(cuts.Any() ? string.Join(", ", cuts.Select(one => one.Profile)) : "nothing")}."
                : $"{cut.PerGpu} instances of {profile} do not fit on {pool.Gpu}, which holds {found.Instances}.";
        }

        if (pool.Tier == Tier.Reserved && pool.Window is not null)
        {
            yield return "reserved capacity is paid for around the clock; it cannot have a run window.";
        }

        if (pool.Tier == Tier.Reserved && pool.Zones.Sum(zone => zone.Instances) != pool.Instances.Desired)
        {
            yield return "its zones do not add up to its desired size.";
        }

        // Google's groups count machines, not replicas, and attach the template's own number of GPUs to every rung.
        if (pool.Cloud == CloudProvider.Gcp && pool.Ladder.Any(rung => rung.ReplicasPerInstance < pool.ReplicasPerInstance))
        {
            yield return "on Google Cloud, no rung may hold fewer replicas than the first.";
        }

        if (pool.AttachedGpu && pool.Ladder.Length > 1)
        {
            yield return "a ladder cannot mix machines that GPUs are attached to.";
        }
    }
}
