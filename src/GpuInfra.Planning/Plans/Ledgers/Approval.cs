using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Plans.Ledgers;

/// <summary>Who agreed to spend what cannot be had back: a file under code owners, which what was bought names.</summary>
/// <param name="Offering">The very offering, by the cloud's id.</param>
/// <param name="PriceCap">The most that it may cost in all.</param>
/// <param name="By">Who agreed, as a mail address.</param>
/// <param name="On">When.</param>
public sealed record Approval(string Offering, Usd PriceCap, string By, DateOnly On)
{
    /// <summary>The last day on which it may be bought. Default: no end.</summary>
    public DateOnly Expires { get; init; } = DateOnly.MaxValue;
}
