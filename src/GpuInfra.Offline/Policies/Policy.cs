using System.Collections.Immutable;

namespace GpuInfra.Offline.Policies;

/// <summary>
/// A rule that every deployment must keep. <c>docs/policies/(id).md</c> explains it.
/// </summary>
/// <param name="Id">Its name, which records and waivers use; it never changes.</param>
/// <param name="Rule">What holds when nothing breaks it.</param>
/// <param name="Mend">What to do about something that breaks it.</param>
internal abstract record Policy(string Id, string Rule, string Mend)
{
    /// <summary>What breaking it does.</summary>
    public PolicySeverity Severity { get; init; } = PolicySeverity.Error;

    /// <summary>Why no waiver may cover it; null when one may.</summary>
    public string? NotWaivable { get; init; }

    /// <summary>What it looks at, in the singular.</summary>
    public string Noun { get; init; } = "resource";
}

/// <summary>
/// A policy over a record (<see cref="Evidence"/>) or over a diff of two (<see cref="DiffEvidence"/>), and nothing else. It names
/// everything that it looked at, not only what breaks it, so that a rule that looks at nothing is seen.
/// </summary>
/// <param name="Id">Its name.</param>
/// <param name="Rule">What holds when nothing breaks it.</param>
/// <param name="Mend">What to do about something that breaks it.</param>
/// <param name="Examine">What it looks at, and what is wrong with each.</param>
internal sealed record Policy<TEvidence>(string Id, string Rule, string Mend, Func<TEvidence, IEnumerable<Look>> Examine)
    : Policy(Id, Rule, Mend)
{
    /// <summary>What breaks it, in order.</summary>
    public IEnumerable<Finding> Find(TEvidence evidence) => Finding.In(Examine(evidence));
}

/// <summary>Something that a policy looked at.</summary>
/// <param name="Subject">Its URN, or the pool's, serving's or stack's name.</param>
/// <param name="Faults">What is wrong with it; nothing when it keeps the rule.</param>
internal sealed record Look(string Subject, ImmutableArray<string> Faults)
{
    /// <summary>True when the plan or the command line lets the faults be; they are shown as waived.</summary>
    public bool IsAllowed { get; init; }

    /// <summary>With the fault unless something holds.</summary>
    public static Look At(string subject, bool holds, string fault) => new(subject, holds ? [] : [fault]);
}

/// <summary>Something that breaks a rule.</summary>
/// <param name="Subject">The URN or name it speaks of.</param>
/// <param name="Detail">What is wrong with it.</param>
/// <param name="IsAllowed">True when the plan or the command line lets it be.</param>
internal sealed record Finding(string Subject, string Detail, bool IsAllowed = false)
{
    /// <summary>What is wrong with what was looked at, in order.</summary>
    public static IEnumerable<Finding> In(IEnumerable<Look> looks) => looks
        .SelectMany(look => look.Faults.Select(fault => new Finding(look.Subject, fault, look.IsAllowed)))
        .OrderBy(finding => finding.Subject, StringComparer.Ordinal)
        .ThenBy(finding => finding.Detail, StringComparer.Ordinal);
}
