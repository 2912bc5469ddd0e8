using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Finance.Cases;

/// <summary>What an investment brings against what it costs, held to the seed's gate: three to five times its cost, or paid back within twelve months.</summary>
/// <param name="Benefit">What it brings a month, in USD: revenue or savings, not yet less any cost.</param>
/// <param name="Upfront">What is paid before the first month.</param>
/// <param name="Running">What it costs over three years, without what is paid before.</param>
/// <param name="FirstYear">What its first year costs of that.</param>
public sealed record BusinessCase(Usd Benefit, Usd Upfront, Usd Running, Usd FirstYear)
{
    /// <summary>The least return that passes: benefit over cost (seed S0, Building the Business Case: 3 to 5 times).</summary>
    public const decimal LeastReturn = 3;

    /// <summary>The most months of payback that pass (seed S0: 6 to 12 months).</summary>
    public const decimal MostMonths = 12;

    private const int Months = TotalCost.Years * 12;

    /// <summary>Benefit over cost, both of three years; null where there is no cost.</summary>
    public decimal? Return => Running.Amount + Upfront.Amount is > 0 and var cost ? Benefit.Amount * Months / cost : null;

    /// <summary>
    /// Months whose benefit pays for what is paid before and for the first year, as the seed reckons it ($5M of infrastructure for $41.6M a year: less than
    /// two); null where there is no benefit.
    /// </summary>
    public decimal? Payback => Benefit.Amount > 0 ? (Upfront.Amount + FirstYear.Amount) / Benefit.Amount : null;

    /// <summary>True when the return is large enough.</summary>
    public bool PassesByReturn => Return is not { } times || times >= LeastReturn;

    /// <summary>True when it is paid back soon enough.</summary>
    public bool PassesByPayback => Payback <= MostMonths;

    /// <summary>True when either holds.</summary>
    public bool Passes => PassesByReturn || PassesByPayback;

    /// <summary>The least benefit a month that passes.</summary>
    public Usd LeastBenefit => new Usd(Math.Min(LeastReturn * (Running.Amount + Upfront.Amount) / Months, (Upfront.Amount + FirstYear.Amount) / MostMonths)).ToCents();
}
