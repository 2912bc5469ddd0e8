using System.Collections.Immutable;

namespace GpuInfra.Planning.Finance;

/// <summary>What a calculation takes for granted.</summary>
/// <param name="Id">Its name in options, as <c>usdPerKwh</c>.</param>
/// <param name="Title">Its name in tables.</param>
/// <param name="Unit">Its unit.</param>
/// <param name="Low">The least that is plausible, zero or more.</param>
/// <param name="Value">What is reckoned with, from <paramref name="Low"/> to <paramref name="High"/> unless somebody set it.</param>
/// <param name="High">The most that is plausible.</param>
/// <param name="Source">Where it stands.</param>
/// <param name="AsOf">When it was read.</param>
/// <param name="Grade">How well it is known, A to D; D is a guess to be replaced.</param>
public sealed record Assumption(string Id, string Title, string Unit, decimal Low, decimal Value, decimal High, string Source, DateOnly AsOf, char Grade)
{
    /// <summary>No assumption is larger.</summary>
    public const decimal Most = 1_000_000_000;

    /// <summary>Why it may not have a value, for people; null when it may.</summary>
    public string? Limit(decimal value) => (Unit, Id) switch
    {
        (_, "lifeMonths") when value < TotalCost.Years * 12 => "machines that end within the three years would have to be bought twice; 36 is the least",
        ("percent", not "growthPercent") when value > 100 => "a share is 100 at most",
        _ => null,
    };
}

/// <summary>The assumptions of total cost of ownership, in the order of their file.</summary>
/// <param name="All">All of them.</param>
public sealed record Assumptions(ImmutableArray<Assumption> All)
{
    private static readonly Lazy<Assumptions> Rows = new(() => new Assumptions(FinanceData.Rows("tco.json", row => new Assumption(
        row.Text("id"), row.Text("title"), row.Text("unit"), row.Number("low"), row.Number("value"), row.Number("high"), row.Text("source"), row.Day("asOf"), row.Text("grade")[0]))));

    /// <summary>Those of the data file.</summary>
    public static Assumptions Default => Rows.Value;

    /// <summary>The value of one.</summary>
    public decimal this[string id] => All.Single(assumption => assumption.Id == id).Value;

    /// <summary>The same with another value for one.</summary>
    public Assumptions With(string id, decimal value) => new([.. All.Select(assumption => assumption.Id == id ? assumption with { Value = value } : assumption)]);
}
