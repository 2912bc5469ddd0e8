using System.Text.RegularExpressions;
using GpuInfra.Planning;
using GpuInfra.Planning.Plans;

namespace GpuInfra.Offline.Policies;

/// <summary>Which waivers hold, and the policy that none of them may be idle, unknown or over.</summary>
internal static class WaiverRules
{
    /// <summary>No policy is switched off silently: a waiver that does nothing (any more) fails the preview.</summary>
    public static Policy Waivers { get; } = new(
        "waivers",
        "every waiver of the plan names a policy, is in date and covers something",
        "take the waiver out of the plan's waivers, or correct it; a new date needs a new approval.",
        evidence => evidence.Fleet.Plan.Waivers.Select(waiver =>
            new Look($"waiver of {waiver.Policy} for {waiver.Subject}", [.. Faults(waiver, evidence)])))
    {
        NotWaivable = "a waiver of waivers would let any of them outlive its date",
        Noun = "waiver",
    };

    /// <summary>The plan's waivers of a policy that may be waived, in date.</summary>
    public static IEnumerable<Waiver> Holding(Policy policy, Evidence evidence) => policy.NotWaivable is null
        ? evidence.Fleet.Plan.Waivers.Where(waiver => waiver.Policy == policy.Id && evidence.Record.Today <= waiver.Expires)
        : [];

    /// <summary>True when a waiver speaks of this URN or name.</summary>
    public static bool Covers(Waiver waiver, string subject) =>
        Matches(waiver.Subject, subject) || Matches(waiver.Subject, Evidence.NameOf(subject));

    private static IEnumerable<string> Faults(Waiver waiver, Evidence evidence)
    {
        var policy = PolicySet.Find(waiver.Policy);
        if (policy is null)
        {
            var ids = PolicySet.All.Where(known => known.NotWaivable is null).Select(known => known.Id).ToList();
            return [$"there is no policy {waiver.Policy}{Suggestion.DidYouMean(waiver.Policy, ids)}; see docs/policies"];
        }

        if (policy.NotWaivable is { } why)
        {
            return [$"{policy.Id} cannot be waived: {why}"];
        }

        if (evidence.Record.Today > waiver.Expires)
        {
            return [FormattableString.Invariant(
                $"it expired on {waiver.Expires:yyyy-MM-dd}, and this preview is of {evidence.Record.Today:yyyy-MM-dd}")];
        }

        return Policy.Find(policy.Examine(evidence)).Any(finding => Covers(waiver, finding.Subject))
            ? []
            : [$"nothing that it covers breaks {policy.Id}"];
    }

    private static bool Matches(string glob, string text) => Regex.IsMatch(
        text,
        $@"\A{Regex.Escape(glob).Replace(@"\*", ".*", StringComparison.Ordinal)}\z",
        RegexOptions.CultureInvariant | RegexOptions.Singleline | RegexOptions.NonBacktracking);
}
