namespace GpuInfra.Planning.Plans;

/// <summary>Days on which only increases and mending of incidents may be deployed.</summary>
/// <param name="From">The first day.</param>
/// <param name="To">The last day, not before the first.</param>
/// <param name="Reason">Why.</param>
public sealed record Freeze(DateOnly From, DateOnly To, string Reason)
{
    /// <summary>True on every day from the first to the last.</summary>
    public bool Holds(DateOnly day) => day >= From && day <= To;

    /// <summary>The freeze as people are told about it.</summary>
    public override string ToString() => FormattableString.Invariant($"frozen from {From:yyyy-MM-dd} to {To:yyyy-MM-dd} ({Reason})");
}
