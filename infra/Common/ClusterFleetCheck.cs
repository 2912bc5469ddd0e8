using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Routes;

namespace GpuInfra.Infra.Common;

/// <summary>What clusters do not carry, each with what to write instead: nothing that a plan asks for is left out without a word.</summary>
internal static class ClusterFleetCheck
{
    /// <summary>Characters of a label's value and of a Service's name.</summary>
    private const int LongestName = 63;

    public static IEnumerable<string> Problems(FleetPlan fleet)
    {
        if (fleet.Plan.Platform != Platform.Kubernetes)
        {
            yield break;
        }

        foreach (var serving in fleet.Servings.Select(serving => serving.Serving).Where(serving => serving.FineTuning is { Command.IsEmpty: true }))
        {
            yield return $"{serving.Name}: training.command: a pod cannot know what its image starts by itself; write the command, as [python, train.py].";
        }

        foreach (var pool in fleet.Provisioned.Where(pool => pool.Cloud == CloudProvider.Gcp && fleet.Plan.ClusterIn(pool.Cloud, pool.Region) is not null
            && fleet.Servings.Any(serving => serving.Serving.Name == pool.Serving && serving.Serving.FineTuning is not null)))
        {
            yield return $"{pool.Id}: where a cluster that is there already stands is not known, and its pods' tokens are exchanged by that; let the cluster be made, or train on platform: vm, in a stack of its own.";
        }

        foreach (var pool in fleet.Provisioned.Where(pool => PoolStandby.IsWished(fleet.Plan, pool)))
        {
            yield return $"{pool.Id}: scaling.standby: a cluster keeps no stopped machines; leave it out.";
        }

        foreach (var problem in Spans(fleet))
        {
            yield return problem;
        }

        foreach (var problem in OfMachines(fleet).Concat(Canaries(fleet)))
        {
            yield return problem;
        }

        foreach (var pool in fleet.Provisioned.Where(pool => pool.Id.Length > LongestName))
        {
            yield return $"{pool.Id}: a Service is called so, and Kubernetes takes {LongestName} characters of its {pool.Id.Length}; give {pool.Serving} a shorter name.";
        }

        // Karpenter counts whole GPUs, so a group of fixed size holds these pools.
        foreach (var pool in fleet.Provisioned.Where(pool => pool is { Cloud: CloudProvider.Aws, Tier: not Tier.Reserved, Engine.Cut: not null }))
        {
            if (pool.Window is not null || fleet.ScalingOf(pool) is not null)
            {
                yield return $"{pool.Id}: nodes whose GPUs are shared do not come and go on EKS; leave out its hours and scaling, or sharing (sharing: none).";
            }
        }

        if (fleet.Plan.Monitoring is { Mode: MonitoringMode.Existing })
        {
            yield return "monitoring: engines of a cluster are read by monitors in it; write mode: create or managed, or leave monitoring out and read the port http of the namespace serving yourself.";
        }

        if (fleet.Plan.Monitoring?.SignIn is not null)
        {
            yield return "monitoring.grafana.oidc: Grafana of a cluster is not told the addresses of an issuer; leave it out, and reach it with kubectl port-forward.";
        }

        foreach (var pool in fleet.Provisioned.Where(pool => fleet.ScalingOf(pool) is not null && fleet.Plan.Monitoring is not { Mode: MonitoringMode.Create or MonitoringMode.Managed }))
        {
            yield return $"{pool.Id}: what follows load in a cluster asks its Prometheus; write monitoring: {{ mode: create }} or {{ mode: managed }}, or leave scaling out.";
        }

        foreach (var place in fleet.Provisioned.Select(pool => (pool.Cloud, pool.Region)).Distinct().Where(place => fleet.Plan.ClusterIn(place.Cloud, place.Region) is not null))
        {
            var asked = new[]
            {
                (fleet.Plan.Router.IsDeployed, "router"), (fleet.Plan.Monitoring is not null, "monitoring"),
                (fleet.Provisioned.Any(pool => (pool.Cloud, pool.Region) == place && fleet.ScalingOf(pool) is not null), "scaling"),
            }.Where(part => part.Item1).Select(part => part.Item2).ToList();
            if (asked.Count > 0)
            {
                yield return $"{place.Cloud.Name()}/{place.Region}: operators of a cluster that is there already are its owner's, and none are installed; leave {string.Join(" and ", asked)} out, or let the cluster be made.";
            }
        }

        foreach (var place in fleet.Provisioned.Select(pool => (pool.Cloud, pool.Region)).Distinct().Where(place => fleet.Plan.ClusterIn(place.Cloud, place.Region) is not null))
        {
            if (fleet.Provisioned.Any(pool => (pool.Cloud, pool.Region) == place && pool.Tier == Tier.Reserved && pool.Zones.Any(zone => pool.MadeIn(zone) > 0)))
            {
                yield return $"{place.Cloud.Name()}/{place.Region}: a cluster that is there already brings its own nodes, and no reservation is made for them; write purchasing.reserve: {{ create: false }}.";
            }
        }
    }

    private static IEnumerable<string> Spans(FleetPlan fleet)
    {
        foreach (var pool in fleet.Provisioned.Where(pool => pool.NodesPerReplica > 1))
        {
            if (pool.Window is not null)
            {
                yield return $"{pool.Id}: nothing in a cluster makes groups of nodes come and go by the hour; leave out its hours, or use platform: vm.";
            }

            if (pool.Id.Length > Clusters.ClusterSpan.LongestId)
            {
                yield return $"{pool.Id}: groups of pods are called so with more behind it, and Kubernetes takes {Clusters.ClusterSpan.LongestId} characters of its {pool.Id.Length}; give {pool.Serving} a shorter name.";
            }

            if (fleet.Plan.ClusterIn(pool.Cloud, pool.Region) is not null)
            {
                yield return $"{pool.Id}: a cluster that is there already brings its own nodes and operators, and none for replicas that span nodes; let the cluster be made.";
            }
        }
    }

    /// <summary>A cluster sees its own replicas alone, so each must have those of its canaries.</summary>
    private static IEnumerable<string> Canaries(FleetPlan fleet)
    {
        foreach (var (serving, canary) in fleet.Plan.Router.Routes.Where(route => route.Canary is { Stops: true }).Select(route => (route.Serving, route.Canary!.To)))
        {
            if (fleet.Plan.Monitoring is not { Mode: MonitoringMode.Create })
            {
                yield return $"router.routes.{serving}.canary.stops: in a cluster its own Prometheus is asked how {canary} does; write monitoring: {{ mode: create }}, or leave stops out.";
            }

            foreach (var (cloud, region) in fleet.Provisioned.Select(pool => (pool.Cloud, pool.Region)).Distinct()
                .Where(place => RouterEntry.Of(fleet, place.Cloud, place.Region) is not null && !fleet.Provisioned.Any(pool => (pool.Cloud, pool.Region) == place && pool.Serving == canary && !pool.IsDraining)))
            {
                yield return $"router.routes.{serving}.canary.stops: {cloud.Name()}/{region} has no replica of {canary}, and its cluster does not see how {canary} does elsewhere; let {canary} run there too, or leave stops out.";
            }
        }
    }

    /// <summary>What is done to groups of machines, which nodes are not.</summary>
    private static IEnumerable<string> OfMachines(FleetPlan fleet)
    {
        foreach (var serving in fleet.Servings.Select(serving => serving.Serving).Where(serving => serving.Health is { Replaces: true }))
        {
            yield return $"{serving.Name}: health.replace: a cluster's nodes are repaired by their cloud, on EKS after an XID, one at a time (docs/decisions/050); leave it out.";
        }

        if (HaltedPools.Acts(fleet.Plan))
        {
            yield return "budget.halt: it lowers groups of machines, and a cluster would ask for its nodes again; leave it out, and let budget.alerts tell.";
        }

        foreach (var files in fleet.SharedFiles.Where(files => files is not { Cloud: CloudProvider.Aws, Kind: FileSystemKind.Nfs }))
        {
            yield return $"storage: {files.Cloud.Name()}/{files.Region}: a new {(files.Kind == FileSystemKind.Lustre ? "Lustre" : "Filestore")} belongs to root, and no pod here is root; {(files.Cloud == CloudProvider.Aws ? "write fileSystem: nfs, which is EFS there" : "leave tier: hot out, or use platform: vm")}.";
        }

        foreach (var files in fleet.SharedFiles.Where(files => fleet.Plan.ClusterIn(files.Cloud, files.Region) is not null))
        {
            yield return $"storage: {files.Cloud.Name()}/{files.Region}: what mounts a file system in a cluster that is there already is its owner's; leave it out, or let the cluster be made.";
        }

        foreach (var region in fleet.StandbyRegions)
        {
            yield return $"clouds.{region.Cloud.Name()}.dr: {region.Region} would stand by without a cluster, and the time to make one is not reckoned with; leave it out, or use platform: vm.";
        }
    }
}
