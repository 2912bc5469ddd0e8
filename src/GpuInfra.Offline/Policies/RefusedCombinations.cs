using System.Collections.Immutable;
using GpuInfra.Planning.Plans;

namespace GpuInfra.Offline.Policies;

/// <summary>
/// What a cloud refuses together, half-way through an update or with the first machine. A plan that would be deployed so is no valid plan, whatever its gate says: <c>validate</c>
/// refuses it, and no waiver makes a cloud take it.
/// </summary>
internal static class RefusedCombinations
{
    /// <summary>The policies that are about nothing else.</summary>
    public static ImmutableArray<Policy<Evidence>> Policies { get; } =
        [ReservationRules.ReservationTargeted, GroupRules.LadderWeights, CombinationRules.AcceptedCombinations, SurgeRules.SurgeFits, GroupRules.NoFixedNames, GroupRules.PinnedTemplateVersion];

    /// <summary>Every such combination of a record, with what is wrong and what to do.</summary>
    /// <param name="record">The record.</param>
    /// <param name="file">The plan's file.</param>
    public static IEnumerable<PlanProblem> Of(PreviewRecord record, string file)
    {
        var evidence = new Evidence(record);
        return Policies.SelectMany(policy => policy.Find(evidence).Select(finding => new PlanProblem(file, 0, 0, policy.Id, $"{NameOf(finding.Subject)}: {finding.Detail}; {policy.Mend}")));
    }

    /// <summary>A resource's name, which begins with its pool.</summary>
    private static string NameOf(string subject) => subject[(subject.LastIndexOf("::", StringComparison.Ordinal) is var at && at < 0 ? 0 : at + 2)..];
}
