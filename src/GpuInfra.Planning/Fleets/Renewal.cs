using System.Collections.Immutable;
using GpuInfra.Planning.Plans;

namespace GpuInfra.Planning.Fleets;

/// <summary>The end of something that is held, and the day to have decided about it.</summary>
/// <param name="Name">The reservation's id or the commitment's name.</param>
/// <param name="Covers">What it holds.</param>
/// <param name="Count">How many machines, or GPUs of a family.</param>
/// <param name="End">Its last day.</param>
/// <param name="By">The day to have renewed it, a month before.</param>
public sealed record Renewal(string Name, string Covers, int Count, DateOnly End, DateOnly By)
{
    /// <summary>Days before its end by which something held must be renewed.</summary>
    internal const int Days = 30;

    /// <summary>Everything that a plan's stack holds and that ends in the deployed month or later, by the day to renew.</summary>
    public static ImmutableArray<Renewal> Of(CapacityPlan plan) =>
    [
        .. plan.Ledger.Reservations.Where(row => row.End is not null && row.Grant.Given > 0)
            .Select(row => new Renewal(row.Id, row.InstanceType, row.Grant.Given, row.End!.Value, row.End.Value.AddDays(-Days)))
            .Concat(plan.Commitments.Select(commitment => (Row: commitment, End: Obtainability.FirstDay(commitment.Until.Plus(1)).AddDays(-1)))
                .Select(item => new Renewal(item.Row.Name, item.Row.Covers, item.Row.Count, item.End, item.End.AddDays(-Days))))
            .Where(renewal => renewal.End >= Obtainability.FirstDay(plan.AsOf))
            .OrderBy(renewal => renewal.By).ThenBy(renewal => renewal.Name, StringComparer.Ordinal),
    ];
}
