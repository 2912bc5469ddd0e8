using System.Collections.Immutable;
using GpuInfra.Offline.Diff;
using GpuInfra.Planning.Plans;
using Pulumi.Offline;

namespace GpuInfra.Offline.Drift;

/// <summary>A number or flag that the cloud has otherwise than it was deployed: somebody or something changed it there.</summary>
/// <param name="Urn">The resource.</param>
/// <param name="Property">The property.</param>
/// <param name="Deployed">What it was deployed with.</param>
/// <param name="Cloud">What the provider last read.</param>
public sealed record CloudChange(string Urn, string Property, string Deployed, string Cloud);

/// <summary>Where a plan and what is deployed differ.</summary>
public sealed record StackDrift
{
    /// <summary>The plan's hash as the deployed stack exports it; null where it does not.</summary>
    public required string? DeployedPlan { get; init; }

    /// <summary>When the state was last written; null where it does not say.</summary>
    public required string? Time { get; init; }

    /// <summary>What deploying the plan would do to what is deployed, judged like any other change.</summary>
    public required RecordDiff Diff { get; init; }

    /// <summary>What was changed in the cloud, as far as a refresh has seen it, ordered by URN and property.</summary>
    public required ImmutableArray<CloudChange> InCloud { get; init; }

    /// <summary>What an interrupted deployment left, in words.</summary>
    public required ImmutableArray<string> Unfinished { get; init; }

    /// <summary>True when plan, state and cloud agree.</summary>
    public bool IsNone => Diff.Resources.IsEmpty && InCloud.IsEmpty && Unfinished.IsEmpty;

    /// <summary>Compares what is planned with what is deployed.</summary>
    /// <exception cref="PlanException">The state is of another stack or project.</exception>
    public static StackDrift Between(DeployedStack deployed, StackRecord planned, DiffOptions options)
    {
        var projects = planned.Resources.Select(resource => resource.Urn.Split("::")[1]).Distinct().ToList();
        if (planned.Stack != deployed.Stack || !projects.Contains(deployed.Project))
        {
            throw new PlanException([new PlanProblem(
                "drift", 0, 0, "", $"the state is of {deployed.Project}/{deployed.Stack} and the plan of {string.Join(", ", projects)}/{planned.Stack}; export the state of that stack.")]);
        }

        var hash = (deployed.Outputs.Members.GetValueOrDefault("planHash") as PropertyValue.Text)?.Value;
        var before = planned with
        {
            Fleet = planned.Fleet with { PlanHash = hash ?? planned.Fleet.PlanHash },
            Resources = [.. deployed.Resources.Select(resource => resource.Resource)],
            Resolved = ImmutableSortedDictionary<string, PropertyValue.Map>.Empty,
            Outputs = StateValues.AsPlanned(deployed.Outputs, planned.Outputs),
        };
        var match = new ResourceMatch(before, planned);
        return new StackDrift
        {
            DeployedPlan = hash,
            Time = deployed.Time,
            Diff = RecordComparison.Compare(before with { Resources = [.. before.Resources.Select(Comparable)] }, planned, options),
            InCloud =
            [
                .. deployed.Resources.Where(resource => RecordComparison.IsManaged(resource.Resource))
                    .SelectMany(resource => Changed(resource).Where(change => IsOurs(change, resource.Resource)))
                    .OrderBy(change => change.Urn, StringComparer.Ordinal).ThenBy(change => change.Property, StringComparer.Ordinal),
            ],
            Unfinished =
            [
                .. deployed.Pending.Select(operation => $"{operation}: begun and not known to have ended; run pulumi refresh"),
                .. deployed.ToBeDeleted.Select(urn => $"{urn}: replaced, and the old one still to be deleted; run pulumi up"),
            ],
        };

        ResourceRecord? Now(ResourceRecord resource) => match.After(match.Now(resource.Urn));

        ResourceRecord Comparable(ResourceRecord resource) =>
            Now(resource) is { } now ? resource with { Inputs = StateValues.AsPlanned(resource.Inputs, now.Inputs) } : resource;

        // What the program leaves to others, as a size that follows load, is no drift.
        bool IsOurs(CloudChange change, ResourceRecord resource) =>
            Now(resource) is not { } now || !now.Options.IgnoreChanges.Select(PropertyPath.Pattern).Any(PropertyPath.Root.Member(change.Property).IsWithin);
    }

    /// <summary>Numbers and flags alone: clouds write many texts in another way than they were given.</summary>
    private static IEnumerable<CloudChange> Changed(DeployedResource resource) => resource.Resource.Inputs.Members
        .Where(input => input.Value is PropertyValue.Number or PropertyValue.Bool)
        .Select(input => (input.Key, Input: input.Value, Output: resource.Outputs.Members.GetValueOrDefault(input.Key)))
        .Where(property => property.Output is PropertyValue.Number or PropertyValue.Bool && !property.Output.Equals(property.Input))
        .Select(property => new CloudChange(resource.Resource.Urn, property.Key, ShownValue.Of(property.Input), ShownValue.Of(property.Output)));
}
