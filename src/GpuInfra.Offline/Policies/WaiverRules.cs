using System.Text.RegularExpressions;
using GpuInfra.Planning;
using GpuInfra.Planning.Plans;

namespace GpuInfra.Offline.Policies;

/// <summary>Which waivers hold, and the policy that none of them may be idle, unknown or over.</summary>
internal static class WaiverRules
{
    /// <summary>No policy is switched off silently: a waiver that does nothing (any more) fails the preview.</summary>
    public static Policy<Evidence> Waivers { get; } = new(
        "waivers",
        "every waiver of the plan names a policy, is in date and covers something",
        "take the waiver out of the plan's waivers, or correct it; a new date needs a new approval.",
        evidence => evidence.Fleet.Plan.Waivers.Select(waiver => Judge(
            waiver,
            evidence.Record.Today,
            PolicySet.OfRecord.FirstOrDefault(policy => policy.Id == waiver.Policy)?.Find(evidence))))
    {
        NotWaivable = "a waiver of waivers would let any of them outlive its date",
        Noun = "waiver",
    };

    /// <summary>The same for waivers of the diff's policies, which a preview without a diff cannot tell to be idle.</summary>
    public static Policy<DiffEvidence> DiffWaivers { get; } = new(
        "diff-waivers",
        "every waiver of a diff's policy is in date and covers something that changes",
        "take the waiver out of the plan's waivers: once its change is deployed, it would cover the next mistake.",
        evidence => evidence.Waivers
            .Select(waiver => (waiver, policy: PolicySet.OfDiff.FirstOrDefault(policy => policy.Id == waiver.Policy)))
            .Where(pair => pair.policy is not null)
            .Select(pair => Judge(pair.waiver, evidence.Today, pair.policy!.NotWaivable is null ? pair.policy.Find(evidence) : [])))
    {
        NotWaivable = "a waiver of waivers would let any of them outlive its date",
        Noun = "waiver",
    };

    /// <summary>The waivers of a policy that may be waived, in date.</summary>
    public static IEnumerable<Waiver> Holding(Policy policy, IEnumerable<Waiver> waivers, DateOnly today) => policy.NotWaivable is null
        ? waivers.Where(waiver => waiver.Policy == policy.Id && today <= waiver.Expires)
        : [];

    /// <summary>True when a waiver speaks of this URN or name.</summary>
    public static bool Covers(Waiver waiver, string subject) =>
        Matches(waiver.Subject, subject) || Matches(waiver.Subject, Evidence.NameOf(subject));

    /// <summary>Looks at a waiver.</summary>
    /// <param name="waiver">The waiver.</param>
    /// <param name="today">The day it is judged on.</param>
    /// <param name="findings">What breaks its policy; null when that is not known here, so that it cannot be called idle.</param>
    private static Look Judge(Waiver waiver, DateOnly today, IEnumerable<Finding>? findings) =>
        new($"waiver of {waiver.Policy} for {waiver.Subject}", Fault(waiver, today, findings) is { } fault ? [fault] : []);

    private static string? Fault(Waiver waiver, DateOnly today, IEnumerable<Finding>? findings)
    {
        var policy = PolicySet.Find(waiver.Policy);
        if (policy is null)
        {
            var ids = PolicySet.All.Where(known => known.NotWaivable is null).Select(known => known.Id).ToList();
            return $"there is no policy {waiver.Policy}{Suggestion.DidYouMean(waiver.Policy, ids)}; see docs/policies";
        }

        if (policy.NotWaivable is { } why)
        {
            return $"{policy.Id} cannot be waived: {why}";
        }

        if (today > waiver.Expires)
        {
            return FormattableString.Invariant($"it expired on {waiver.Expires:yyyy-MM-dd}, and this preview is of {today:yyyy-MM-dd}");
        }

        return findings?.Any(finding => !finding.IsAllowed && Covers(waiver, finding.Subject)) == false
            ? $"nothing that it covers breaks {policy.Id}"
            : null;
    }

    private static bool Matches(string glob, string text) => Regex.IsMatch(
        text,
        $@"\A{Regex.Escape(glob).Replace(@"\*", ".*", StringComparison.Ordinal)}\z",
        RegexOptions.CultureInvariant | RegexOptions.Singleline | RegexOptions.NonBacktracking);
}
