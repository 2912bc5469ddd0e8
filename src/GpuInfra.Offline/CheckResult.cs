namespace GpuInfra.Offline;

/// <summary>How a check ended for a subject.</summary>
public enum CheckStatus
{
    /// <summary>It holds.</summary>
    Pass,

    /// <summary>It does not hold, and the preview fails.</summary>
    Fail,

    /// <summary>It does not hold, and somebody took responsibility.</summary>
    Waived,
}

/// <summary>What a check found.</summary>
/// <param name="Id">The check, as <c>no-public-address</c>.</param>
/// <param name="Subject">The URN it speaks of, or the stack's name for all.</param>
/// <param name="Status">How it ended.</param>
/// <param name="Detail">What was found.</param>
public sealed record CheckResult(string Id, string Subject, CheckStatus Status, string Detail);
