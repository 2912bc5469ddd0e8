using GpuInfra.Planning.Plans;

namespace GpuInfra.Offline;

/// <summary>How a policy ended for a subject.</summary>
public enum CheckStatus
{
    /// <summary>It holds.</summary>
    Pass,

    /// <summary>It does not hold, and people should know; the preview does not fail for it.</summary>
    Warn,

    /// <summary>It does not hold, and the preview fails.</summary>
    Fail,

    /// <summary>It does not hold, and somebody took responsibility.</summary>
    Waived,
}

/// <summary>What breaking a policy does.</summary>
public enum PolicySeverity
{
    /// <summary>It is shown.</summary>
    Warning,

    /// <summary>It fails the preview.</summary>
    Error,
}

/// <summary>What a policy found.</summary>
/// <param name="Id">The policy, as <c>no-public-address</c>.</param>
/// <param name="Subject">The URN it speaks of, or the stack's name for all.</param>
/// <param name="Status">How it ended.</param>
/// <param name="Detail">What was found.</param>
public sealed record CheckResult(string Id, string Subject, CheckStatus Status, string Detail)
{
    /// <summary>What breaking the policy does.</summary>
    public PolicySeverity Severity { get; init; } = PolicySeverity.Error;

    /// <summary>How many things the policy looked at in all; 0 when it applies to nothing, null where nobody counted.</summary>
    public int? Examined { get; init; }

    /// <summary>What it looked at, in the singular.</summary>
    public string Noun { get; init; } = "resource";

    /// <summary>What to do about it.</summary>
    public string Mend { get; init; } = "";

    /// <summary>The waiver that covers it; null unless it is waived.</summary>
    public Waiver? Waiver { get; init; }

    /// <summary>The page that explains the policy, from the repository's root.</summary>
    public string Page { get; init; } = $"docs/policies/{Id}.md";
}
