using Pulumi.Offline;

namespace GpuInfra.Offline.Policies;

/// <summary>Policies of the run itself.</summary>
internal static class RunRules
{
    /// <summary>The providers would accept what is registered.</summary>
    public static Policy<Evidence> Schema { get; } = new(
        "schema",
        "every input fits its provider's schema",
        "correct the input in infra/; the provider would refuse it in the middle of an update.",
        evidence =>
        {
            var problems = evidence.Record.Preview.Problems.Concat(evidence.Record.Resolved.Problems).Distinct()
                .ToLookup(problem => problem.Subject, Tell);
            return evidence.Resources.Select(resource => resource.Urn).Union(problems.Select(problem => problem.Key))
                .Select(subject => new Look(subject, [.. problems[subject]]));
        })
    {
        NotWaivable = "the provider refuses what breaks it, whoever approved it",
    };

    /// <summary>Nothing depends on a value that no cloud would ever compute.</summary>
    public static Policy<Evidence> Resolved { get; } = new(
        "resolved",
        "no input or output is unknown once every resource exists",
        "give the input a value that does not hang on something no resource computes.",
        evidence => evidence.Resources.Select(resource => new Look(resource.Urn, [.. Unknown(resource.Inputs)]))
            .Append(new Look(evidence.Record.Stack, [.. Unknown(evidence.Record.Resolved.Outputs)])))
    {
        NotWaivable = "what is unknown cannot be judged by any other policy",
    };

    /// <summary>What is deployed is what is shown.</summary>
    public static Policy<Evidence> PlanDeployed { get; } = new(
        "plan-deployed",
        "the program deploys the plan shown here",
        "preview the plan file that gpuinfra:plan in the stack's configuration names.",
        evidence =>
        {
            var hash = evidence.Record.Resolved.Outputs.TextAt("planHash");
            return [Look.At(
                evidence.Record.Stack,
                hash == evidence.Fleet.PlanHash,
                $"the program deploys plan {hash ?? "without a hash"}, not {evidence.Fleet.PlanHash}")];
        })
    {
        NotWaivable = "a preview of something else says nothing",
        Noun = "stack",
    };

    /// <summary>Every pool is an instance group and every instance group is a pool's.</summary>
    public static Policy<Evidence> PoolsDeployed { get; } = new(
        "pools-deployed",
        "every pool has its instance group, and there is no other",
        "declare the pool's group in infra/, or take the stray one out.",
        evidence =>
        {
            var groups = evidence.Resources.Where(resource => ResourceTypes.Groups.Contains(resource.Type) && !IsRouter(resource) && !IsSystem(resource))
                .Select(group => (group, pool: evidence.PoolOf(group)?.Id)).ToList();
            var deployed = groups.Select(pair => pair.pool).OfType<string>().ToHashSet(StringComparer.Ordinal);
            return evidence.PoolsInScope
                .Select(pool => Look.At(pool.Id, deployed.Contains(pool.Id), "no instance group is registered for this pool"))
                .Concat(groups.Select(pair =>
                    Look.At(pair.group.Urn, pair.pool is not null, "this instance group belongs to no pool of the plan")));
        })
    {
        NotWaivable = "a fleet that is not the planned one has neither the price nor the headroom shown",
        Noun = "subject",
    };

    /// <summary>Routers belong to all pools.</summary>
    private static bool IsRouter(ResourceRecord group) => group.Parent is { } parent
        && (parent.Contains("gpuinfra:amazon:Router::", StringComparison.Ordinal) || parent.Contains("gpuinfra:google:Router::", StringComparison.Ordinal));

    /// <summary>A cluster's nodes without GPUs are no pool's.</summary>
    private static bool IsSystem(ResourceRecord group) => ResourceTypes.NodeGroups.Contains(group.Type) && group.Parent is { } parent
        && (parent.Contains("gpuinfra:amazon:Nodes::", StringComparison.Ordinal) || parent.Contains("gpuinfra:google:Nodes::", StringComparison.Ordinal));

    private static string Tell(RunProblem problem) =>
        problem.Path.Length == 0 ? problem.Message : $"{problem.Path}: {problem.Message}";

    private static IEnumerable<string> Unknown(PropertyValue value) => value.Unknowns().Select(path => $"{path} is unknown");
}
