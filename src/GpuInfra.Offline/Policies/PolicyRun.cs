using System.Collections.Immutable;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Plans;

namespace GpuInfra.Offline.Policies;

/// <summary>Judges by policies: one passing result for a policy that nothing breaks, one result for each thing that breaks one.</summary>
internal static class PolicyRun
{
    /// <summary>A record by its policies.</summary>
    public static ImmutableArray<CheckResult> Run(PreviewRecord record)
    {
        var evidence = new Evidence(record);
        return
        [
            .. OnAllCores.Select(PolicySet.OfRecord, policy =>
                Judge(policy, policy.Examine(evidence), record.Stack, record.Fleet.Plan.Waivers, record.Today, record.Fleet.Plan.Incident?.Until))
                .SelectMany(results => results),
        ];
    }

    /// <summary>The changes between two records by theirs.</summary>
    public static ImmutableArray<CheckResult> Run(DiffEvidence evidence) =>
    [
        .. PolicySet.OfDiff.SelectMany(policy =>
            Judge(policy, policy.Examine(evidence), evidence.Diff.Stack, evidence.Waivers, evidence.Today, evidence.IncidentUntil)),
    ];

    private static IEnumerable<CheckResult> Judge(
        Policy policy, IEnumerable<Look> examined, string stack, ImmutableArray<Waiver> waivers, DateOnly today, DateOnly? incident)
    {
        var looks = examined.ToList();
        var holding = WaiverRules.Holding(policy, waivers, today).ToList();
        var template = new CheckResult(policy.Id, stack, CheckStatus.Pass, policy.Rule)
        {
            // While an incident lasts, what a person could waive only warns; what no waiver covers, the engine or a cloud would refuse anyway.
            Severity = incident >= today && policy.NotWaivable is null ? PolicySeverity.Warning : policy.Severity,
            Examined = looks.Select(look => look.Subject).Distinct().Count(),
            Noun = policy.Noun,
            Mend = policy.Mend,
        };
        var broken = Finding.In(looks).Select(finding => Judge(finding, template, holding)).ToList();
        return broken.Count > 0 ? broken : [template];
    }

    private static CheckResult Judge(Finding finding, CheckResult template, List<Waiver> waivers)
    {
        var waiver = finding.IsAllowed ? null : waivers.FirstOrDefault(waiver => WaiverRules.Covers(waiver, finding.Subject));
        var status = (finding.IsAllowed || waiver is not null, template.Severity) switch
        {
            (true, _) => CheckStatus.Waived,
            (false, PolicySeverity.Warning) => CheckStatus.Warn,
            _ => CheckStatus.Fail,
        };
        return template with { Subject = finding.Subject, Detail = finding.Detail, Status = status, Waiver = waiver };
    }
}
