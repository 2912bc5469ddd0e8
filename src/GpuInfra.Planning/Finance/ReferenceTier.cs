using System.Collections.Immutable;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Finance;

/// <summary>A size of fleet as the seed describes it, with its cost corrected where its own figures contradict it.</summary>
/// <param name="Number">1 to 4.</param>
/// <param name="Name">Whose it is.</param>
/// <param name="LeastGpus">GPUs from which it holds.</param>
/// <param name="PerGpuMonth">What it expects a GPU to cost in a month.</param>
/// <param name="People">Who runs it.</param>
/// <param name="Source">Where it stands.</param>
/// <param name="AsOf">When it was read.</param>
public sealed record ReferenceTier(int Number, string Name, int LeastGpus, Usd PerGpuMonth, string People, string Source, DateOnly AsOf)
{
    private static readonly Lazy<ImmutableArray<ReferenceTier>> Rows = new(() => FinanceData.Rows("tiers.json", row => new ReferenceTier(
        (int)row.Number("tier"), row.Text("name"), (int)row.Number("leastGpus"), new Usd(row.Number("usdPerGpuMonth")), row.Text("people"), row.Text("source"), row.Day("asOf"))));

    /// <summary>All tiers, the smallest first.</summary>
    public static ImmutableArray<ReferenceTier> All => Rows.Value;

    /// <summary>The tier of so many GPUs; the first for none.</summary>
    public static ReferenceTier Of(int gpus) => All.LastOrDefault(tier => gpus >= tier.LeastGpus) ?? All[0];
}
