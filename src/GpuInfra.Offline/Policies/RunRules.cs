using Pulumi.Offline;

namespace GpuInfra.Offline.Checks;

/// <summary>Checks of the run itself.</summary>
internal static class RunChecks
{
    private static readonly string[] GroupTypes =
    [
        "aws:autoscaling/group:Group",
        "gcp:compute/instanceGroupManager:InstanceGroupManager",
        "gcp:compute/regionInstanceGroupManager:RegionInstanceGroupManager",
    ];

    /// <summary>The providers would accept what is registered.</summary>
    public static PreviewCheck Schema { get; } = new(
        "schema",
        "every input fits its provider's schema",
        record => record.Preview.Problems.Concat(record.Resolved.Problems).Distinct()
            .Select(problem => new Finding(
                problem.Subject, problem.Path.Length == 0 ? problem.Message : $"{problem.Path}: {problem.Message}")));

    /// <summary>Nothing depends on a value that no cloud would ever compute.</summary>
    public static PreviewCheck Resolved { get; } = new(
        "resolved",
        "no input or output is unknown once every resource exists",
        record => record.Resolved.Resources.SelectMany(resource => Unknown(resource.Urn, resource.Inputs))
            .Concat(Unknown(record.Stack, record.Resolved.Outputs)));

    /// <summary>What is deployed is what is shown.</summary>
    public static PreviewCheck PlanDeployed { get; } = new(
        "plan-deployed",
        "the program deploys the plan shown here",
        record => record.Resolved.Outputs.TextAt("planHash") is var hash && hash == record.Fleet.PlanHash
            ? []
            : [new Finding(record.Stack, $"the program deploys plan {hash ?? "without a hash"}, not {record.Fleet.PlanHash}")]);

    /// <summary>Every pool is an instance group and every instance group is a pool's.</summary>
    public static PreviewCheck PoolsDeployed { get; } = new(
        "pools-deployed",
        "every pool has its instance group, and there is no other",
        record =>
        {
            var groups = record.Resolved.Resources.Where(resource => GroupTypes.Contains(resource.Type)).ToList();
            var missing = record.Fleet.Pools.Where(pool => !groups.Any(group => IsOf(group, pool.Id)))
                .Select(pool => new Finding(pool.Id, "no instance group is registered for this pool"));
            var strays = groups.Where(group => !record.Fleet.Pools.Any(pool => IsOf(group, pool.Id)))
                .Select(group => new Finding(group.Urn, "this instance group belongs to no pool of the plan"));
            return missing.Concat(strays);
        });

    private static bool IsOf(ResourceRecord group, string pool) =>
        group.Name == pool || group.Name.StartsWith($"{pool}-", StringComparison.Ordinal);

    private static IEnumerable<Finding> Unknown(string subject, PropertyValue value) =>
        value.Unknowns().Select(path => new Finding(subject, $"{path} is unknown"));
}
