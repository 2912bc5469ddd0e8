using System.Collections.Immutable;
using GpuInfra.Infra;
using GpuInfra.Infra.Clusters;
using GpuInfra.Infra.Common;
using GpuInfra.Infra.Settings;
using GpuInfra.Offline.Policies;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Units;
using Pulumi;
using Pulumi.Offline;

namespace GpuInfra.Offline.Tests.Clusters;

/// <summary>Production's fleet where its replicas run in clusters: what routes, scales and watches them, in clusters that nobody makes.</summary>
internal static class Cluster
{
    public const string Image = "registry.example.com/haproxy@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    private static readonly Lazy<Task<ImmutableArray<ResourceRecord>>> Everything = new(() => RunAsync(Spread));

    /// <summary>What production's fleet registers when its first online serving follows load.</summary>
    public static Task<ImmutableArray<ResourceRecord>> Objects => Everything.Value;

    /// <summary>What a changed fleet registers in the clusters of all its regions.</summary>
    /// <param name="change">The change.</param>
    /// <param name="mirror">Where images of charts are pulled from; null for their own registries.</param>
    public static async Task<ImmutableArray<ResourceRecord>> RunAsync(Func<FleetPlan, FleetPlan> change, string? mirror = null)
    {
        var fleet = change(InCluster((await Prod.Record).Fleet));
        var project = ProjectDirectory.At(Repository.Root)!;
        var result = await OfflineDeployment.RunAsync(project.Configuration("prod") with { InvokeAnswers = ImmutableDictionary<string, InvokeAnswer>.Empty }, () =>
        {
            var settings = StackSettingsReader.Read(new Config(StackSettings.Namespace), Deployment.Instance.ProjectName, Deployment.Instance.StackName);
            foreach (var region in RegionFleet.Of(fleet, settings, new TagScheme(fleet.Plan, settings.Project, settings.Stack)))
            {
                Declare(region, new ClusterMirror(mirror));
            }

            return new Dictionary<string, object?>();
        });
        Assert.Empty(result.Preview.Errors);
        Assert.Empty(result.Resolved.Errors);
        return result.Resolved.Resources;
    }

    /// <summary>Objects of a kind in a region.</summary>
    public static IEnumerable<ResourceRecord> Of(this ImmutableArray<ResourceRecord> resources, string kind, string region = "aws-us-east-1") => resources
        .Where(resource => resource.Type.Split(':')[^1] == kind && (resource.Name.StartsWith(region, StringComparison.Ordinal) || resource.Name.Contains(region, StringComparison.Ordinal)));

    /// <summary>The object of a kind that is called so in its namespace.</summary>
    public static ResourceRecord Named(this ImmutableArray<ResourceRecord> resources, string kind, string name, string region = "aws-us-east-1") =>
        resources.Of(kind, region).Single(resource => resource.Inputs.TextAt("metadata", "name") == name);

    /// <summary>The fleet's online servings follow load.</summary>
    public static FleetPlan Spread(FleetPlan fleet)
    {
        var plan = fleet.Plan with
        {
            Servings = [.. fleet.Plan.Servings.Select(serving => serving.Kind == ServingKind.Online ? serving with { Scaling = new Scaling(null, 1, Share.FromPercent(50), true) } : serving)],
        };
        return fleet with
        {
            Plan = plan,
            Pools = [.. fleet.Pools.Select(pool => pool is { Tier: Tier.OnDemand, Instances.Desired: > 1 } ? pool with { Instances = pool.Instances with { Min = 1 } } : pool)],
        };
    }

    /// <summary>Its online servings follow load, and its monitors send to the clouds' own stores.</summary>
    public static FleetPlan Stored(FleetPlan fleet) => Spread(fleet) is var spread ? spread with { Plan = spread.Plan with { Monitoring = new MonitoringPlan { Mode = MonitoringMode.Managed } } } : spread;

    private static FleetPlan InCluster(FleetPlan fleet) => fleet with { Plan = fleet.Plan with { Platform = Platform.Kubernetes } };

    private static void Declare(RegionFleet region, ClusterMirror mirror)
    {
        var provider = new Pulumi.Kubernetes.Provider(region.Name, new Pulumi.Kubernetes.ProviderArgs { KubeConfig = "{}" });
        var place = new ClusterPlace(region, provider);
        var child = new CustomResourceOptions { Provider = provider };
        var serving = ClusterSpace.Make(region.Name, ClusterNames.Serving, ClusterSpace.Restricted, child);
        _ = new ClusterOperations(place, _ => Image, mirror, region.Watch is { Sent: not null } ? Output.Create("https://store.example.com/api/v1/remote_write") : null, new ComponentResourceOptions { Providers = { provider }, DependsOn = { serving } });
    }
}
