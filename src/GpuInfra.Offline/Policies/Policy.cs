using System.Collections.Immutable;

namespace GpuInfra.Offline.Policies;

/// <summary>
/// A rule that every preview must keep. It reads the record and nothing else. It names everything that it looked at, not only what
/// breaks it, so that a rule that looks at nothing is seen. <c>docs/policies/(id).md</c> explains it.
/// </summary>
/// <param name="Id">Its name, which records and waivers use; it never changes.</param>
/// <param name="Rule">What holds when nothing breaks it.</param>
/// <param name="Mend">What to do about something that breaks it.</param>
/// <param name="Examine">What it looks at, and what is wrong with each.</param>
internal sealed record Policy(string Id, string Rule, string Mend, Func<Evidence, IEnumerable<Look>> Examine)
{
    /// <summary>What breaking it does.</summary>
    public PolicySeverity Severity { get; init; } = PolicySeverity.Error;

    /// <summary>Why no waiver may cover it; null when one may.</summary>
    public string? NotWaivable { get; init; }

    /// <summary>What it looks at, in the singular.</summary>
    public string Noun { get; init; } = "resource";

    /// <summary>What breaks it.</summary>
    public IEnumerable<Finding> Find(PreviewRecord record) => Find(Examine(new Evidence(record)));

    /// <summary>What breaks it, in order.</summary>
    public static IEnumerable<Finding> Find(IEnumerable<Look> looks) => looks
        .SelectMany(look => look.Faults.Select(fault => new Finding(look.Subject, fault)))
        .OrderBy(finding => finding.Subject, StringComparer.Ordinal)
        .ThenBy(finding => finding.Detail, StringComparer.Ordinal);
}

/// <summary>Something that a policy looked at.</summary>
/// <param name="Subject">Its URN, or the pool's, serving's or stack's name.</param>
/// <param name="Faults">What is wrong with it; nothing when it keeps the rule.</param>
internal sealed record Look(string Subject, ImmutableArray<string> Faults)
{
    /// <summary>With the fault unless something holds.</summary>
    public static Look At(string subject, bool holds, string fault) => new(subject, holds ? [] : [fault]);
}

/// <summary>Something that breaks a rule.</summary>
/// <param name="Subject">The URN or name it speaks of.</param>
/// <param name="Detail">What is wrong with it.</param>
internal sealed record Finding(string Subject, string Detail);
