using System.Collections.Immutable;
using System.Text;
using GpuInfra.Planning.Plans;

namespace GpuInfra.Planning.Finance.Actuals;

/// <summary>
/// Where the columns stand that are read of a FOCUS export (FinOps Open Cost and Usage Specification 1.0 to 1.2, focus.finops.org, columns read
/// 2026-11-29); all others are passed over. -1 stands for a column that is not there.
/// </summary>
internal sealed class FocusColumns
{
    private static readonly ImmutableArray<string> Required = ["BilledCost", "EffectiveCost", "BillingCurrency", "ChargeCategory", "ChargePeriodStart"];

    private readonly ImmutableArray<string> _names;

    /// <param name="header">The export's first record.</param>
    /// <param name="file">Its name, for messages.</param>
    /// <exception cref="PlanException">It lacks a column without which nothing can be told, or has one twice.</exception>
    public FocusColumns(CsvRecords header, string file)
    {
        _names = [.. Enumerable.Range(0, header.Count).Select(field => Encoding.UTF8.GetString(header.Text(field)).Trim('\uFEFF', ' '))];
        var twice = _names.GroupBy(name => name, StringComparer.OrdinalIgnoreCase).Where(name => name.Key.Length > 0 && name.Count() > 1).Select(name => $"has the column {name.Key} twice");
        var missing = Required.Where(name => Find(name) < 0)
            .Select(name => $"has no column {name}{Suggestion.DidYouMean(name, _names)}; is it an export in FOCUS form, with its header?");
        if (twice.Concat(missing).Select(message => new PlanProblem(file, 1, 1, "", message)).ToList() is { Count: > 0 } problems)
        {
            throw new PlanException(problems);
        }

        (Billed, Effective, Currency, Category, Start) = (Find("BilledCost"), Find("EffectiveCost"), Find("BillingCurrency"), Find("ChargeCategory"), Find("ChargePeriodStart"));
        End = Find("ChargePeriodEnd");
        Class = Find("ChargeClass");
        Description = Find("ChargeDescription");

        // Release 1.3 calls the provider otherwise.
        Provider = Find("ProviderName") is >= 0 and var provider ? provider : Find("ServiceProviderName");
        Service = Find("ServiceName");
        Pricing = Find("PricingCategory");
        Commitment = Find("CommitmentDiscountStatus");
        Reservation = Find("CapacityReservationStatus");
        Unit = Find("ConsumedUnit");
        Quantity = Find("ConsumedQuantity");
        Tags = Find("Tags");
    }

    public int Count => _names.Length;

    public int Billed { get; }

    public int Effective { get; }

    public int Currency { get; }

    public int Category { get; }

    public int Start { get; }

    public int End { get; }

    public int Class { get; }

    public int Description { get; }

    public int Provider { get; }

    public int Service { get; }

    public int Pricing { get; }

    public int Commitment { get; }

    public int Reservation { get; }

    public int Unit { get; }

    public int Quantity { get; }

    public int Tags { get; }

    private int Find(string name)
    {
        for (var index = 0; index < _names.Length; index++)
        {
            if (string.Equals(_names[index], name, StringComparison.OrdinalIgnoreCase))
            {
                return index;
            }
        }

        return -1;
    }
}
