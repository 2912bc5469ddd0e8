using Pulumi;
using Provider = Pulumi.Kubernetes.Provider;

namespace GpuInfra.Infra.Clusters;

/// <summary>What everything in a region's cluster shares.</summary>
/// <param name="Region">The part of the fleet that the cluster runs.</param>
/// <param name="Provider">Who talks to the cluster; all objects in it are made by it.</param>
internal sealed record ClusterPlace(RegionFleet Region, Provider Provider)
{
    /// <summary>Options of a component of objects in the cluster.</summary>
    /// <param name="parent">Whose it is.</param>
    public ComponentResourceOptions Under(Resource parent) => new() { Parent = parent, Providers = { Provider } };
}
