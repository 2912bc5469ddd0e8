using System.Collections.Immutable;
using GpuInfra.Planning.Plans;

namespace GpuInfra.Offline.Policies;

/// <summary>Judges a record by policies.</summary>
internal static class PolicyRun
{
    /// <summary>By all policies: one passing result for a policy that nothing breaks, one result for each thing that breaks one.</summary>
    public static ImmutableArray<CheckResult> Run(PreviewRecord record)
    {
        var evidence = new Evidence(record);
        return [.. PolicySet.All.SelectMany(policy => Run(policy, evidence))];
    }

    private static IEnumerable<CheckResult> Run(Policy policy, Evidence evidence)
    {
        var looks = policy.Examine(evidence).ToList();
        var waivers = WaiverRules.Holding(policy, evidence).ToList();
        var template = new CheckResult(policy.Id, evidence.Record.Stack, CheckStatus.Pass, policy.Rule)
        {
            Severity = policy.Severity,
            Examined = looks.Select(look => look.Subject).Distinct().Count(),
            Noun = policy.Noun,
            Mend = policy.Mend,
        };
        var broken = Policy.Find(looks).Select(finding => Judge(finding, template, waivers)).ToList();
        return broken.Count > 0 ? broken : [template];
    }

    private static CheckResult Judge(Finding finding, CheckResult template, List<Waiver> waivers)
    {
        var waiver = waivers.FirstOrDefault(waiver => WaiverRules.Covers(waiver, finding.Subject));
        var status = (waiver, template.Severity) switch
        {
            (not null, _) => CheckStatus.Waived,
            (null, PolicySeverity.Warning) => CheckStatus.Warn,
            _ => CheckStatus.Fail,
        };
        return template with { Subject = finding.Subject, Detail = finding.Detail, Status = status, Waiver = waiver };
    }
}
