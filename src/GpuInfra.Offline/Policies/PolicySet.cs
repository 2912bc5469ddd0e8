using System.Collections.Immutable;

namespace GpuInfra.Offline.Checks;

/// <summary>A rule that every preview must keep. It reads the record and nothing else.</summary>
/// <param name="Id">Its name, which records and waivers use.</param>
/// <param name="Rule">What holds when it finds nothing.</param>
/// <param name="Find">What breaks it.</param>
internal sealed record PreviewCheck(string Id, string Rule, Func<PreviewRecord, IEnumerable<Finding>> Find);

/// <summary>Something that breaks a rule.</summary>
/// <param name="Subject">The URN or name it speaks of.</param>
/// <param name="Detail">What is wrong with it.</param>
internal sealed record Finding(string Subject, string Detail);

/// <summary>The checks that a preview must pass.</summary>
internal static class PreviewChecks
{
    public static ImmutableArray<PreviewCheck> All { get; } =
    [
        RunChecks.Schema,
        RunChecks.Resolved,
        RunChecks.PlanDeployed,
        RunChecks.PoolsDeployed,
        TagCheck.Tags,
        AddressCheck.NoPublicAddress,
        PurchaseChecks.SpotNeverOnline,
        PurchaseChecks.ReservationTargeted,
        SurvivalCheck.Survival,
        CostCheck.AsPlanned,
    ];

    /// <summary>Runs all checks: one passing result for a check that finds nothing, a failing one for each thing found.</summary>
    public static ImmutableArray<CheckResult> Run(PreviewRecord record) => [.. All.SelectMany(check => Run(check, record))];

    public static IEnumerable<CheckResult> Run(PreviewCheck check, PreviewRecord record)
    {
        var failures = check.Find(record)
            .Select(finding => new CheckResult(check.Id, finding.Subject, CheckStatus.Fail, finding.Detail))
            .OrderBy(result => result.Subject, StringComparer.Ordinal).ThenBy(result => result.Detail, StringComparer.Ordinal)
            .ToList();
        return failures.Count > 0 ? failures : [new CheckResult(check.Id, record.Stack, CheckStatus.Pass, check.Rule)];
    }
}
