using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Fleets;

/// <summary>Whether a serving stays on the offers that it runs on.</summary>
/// <param name="Free">What it may run on when nothing runs.</param>
/// <param name="Decided">What it may run on: the same, or of each cloud only what it runs on there.</param>
/// <param name="Reason">Why.</param>
internal sealed record Stay(ServingNeed Free, ServingNeed Decided, StayReason Reason)
{
    /// <summary>What it costs a month at least where it runs; null where that was not looked at or cannot be.</summary>
    public decimal? Here { get; init; }

    /// <summary>What it costs a month at least anywhere, made when it is asked for.</summary>
    public Func<decimal?> Anywhere { get; init; } = () => null;

    /// <summary>True when its choices are those that run.</summary>
    public bool IsKept => Reason == StayReason.Kept;

    /// <summary>True when it may not run on all that it might where nothing runs.</summary>
    public bool IsBound => Decided.Choices.Length < Free.Choices.Length;

    /// <summary>What people are told; null where nothing runs.</summary>
    public StabilityNote? Described(Share movesFrom)
    {
        if (Reason == StayReason.NothingRuns)
        {
            return null;
        }

        var saving = Here is { } here && Anywhere() is { } least ? here - least : (decimal?)null;
        var share = saving is { } saved && Here is > 0 ? saved / Here.Value : 0;
        var words = FormattableString.Invariant($"${saving ?? 0:N2} a month ({share * 100:0.#} %)");
        return new StabilityNote(!IsKept, saving is { } amount ? new Usd(amount).ToCents() : null, Reason switch
        {
            StayReason.Kept when saving is > 0 => $"stays: moving would save {words}, less than {movesFrom}",
            StayReason.Kept => "stays: nothing is cheaper",
            StayReason.Cheaper => $"moves: that saves {words}, {movesFrom} or more",
            StayReason.Limits => "moves: where it runs, what servings share cannot be kept",
            _ => "moves: where it runs, it can no longer have what it needs",
        });
    }
}

/// <summary>Why a serving stays or moves.</summary>
internal enum StayReason
{
    /// <summary>It runs nowhere yet, or what runs does not count.</summary>
    NothingRuns,

    /// <summary>Moving saves too little.</summary>
    Kept,

    /// <summary>Moving saves enough.</summary>
    Cheaper,

    /// <summary>Where it runs, it cannot have what it needs: an offer is gone, or too little of it can be had.</summary>
    Infeasible,

    /// <summary>Where all of them run, servings cannot keep what they share.</summary>
    Limits,
}

/// <summary>Whether a serving stays on the machines that it runs on, and why.</summary>
/// <param name="Moves">True when it moves.</param>
/// <param name="Saving">What moving saves in a month; null where it must move or nothing is cheaper.</param>
/// <param name="Words">Why, in words.</param>
public sealed record StabilityNote(bool Moves, Usd? Saving, string Words);
