using System.Collections.Immutable;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Finance.Actuals;

/// <summary>
/// Discounts that bills show. Where machines of a family were billed k times their planned price of an hour, which a discount of p is in already, the discount was
/// 1 − (1 − p)k. Machines under a commitment are left out: their price is the commitment's.
/// </summary>
internal static class BilledPrices
{
    // What a plan's discount takes.
    private const decimal LeastPercent = 0.01m;
    private const decimal MostPercent = 90;
    private const int Digits = 1;

    public static ImmutableArray<BillProposal> Proposals(FleetPlan fleet, BilledMonth month, Share tolerance)
    {
        var families = month.Pools.Where(bill => bill.PriceRatio is not null && bill.Pool.Commitments.IsEmpty)
            .GroupBy(bill => (bill.Pool.Cloud, Family: FamilyOf(bill.Pool), Rate: bill.Pool.Tier == Tier.Spot ? DiscountedRate.Spot : DiscountedRate.OnDemand))
            .OrderBy(family => family.Key.Cloud).ThenBy(family => family.Key.Family, StringComparer.Ordinal).ThenBy(family => family.Key.Rate);
        var (discounts, proposals) = (fleet.Plan.Discounts, ImmutableArray.CreateBuilder<BillProposal>());
        var found = new List<(string Finding, bool IsSaid)>();
        foreach (var family in families)
        {
            var planned = family.Sum(bill => bill.PlannedUsd / bill.PlannedHours * (bill.Hours - bill.StandardHours));
            var ratio = family.Sum(bill => bill.Usd - bill.StandardUsd) / planned;
            if (Math.Abs(ratio - 1) <= (decimal)tolerance.Fraction)
            {
                continue;
            }

            var known = discounts.FirstOrDefault(rate => rate.Rate == family.Key.Rate && family.All(bill => rate.Covers(rate.Cloud, bill.Pool.InstanceType, month.Month)) && rate.Cloud == family.Key.Cloud);
            var percent = Math.Round(100 * (1 - ((1 - (decimal)(known?.Percent.Fraction ?? 0)) * ratio)), Digits, MidpointRounding.AwayFromZero);
            var finding = FormattableString.Invariant($"{JsonText.Word(family.Key.Cloud)} {family.Key.Family} ({JsonText.Word(family.Key.Rate)}) cost {ratio * 100:0.0} % of the planned price of an hour");
            if (percent is < LeastPercent or > MostPercent)
            {
                found.Add((finding + (percent < LeastPercent ? ": dearer than the list; look whether list prices have risen (drift --prices)" : ": less than a discount can say"), false));
                continue;
            }

            var rate = (known ?? new NegotiatedRate(family.Key.Cloud, family.Key.Family, default, fleet.Steps[^1].Month, family.Key.Rate)) with { Percent = Share.FromPercent((double)percent) };
            discounts = known is null ? discounts.Add(rate) : discounts.Replace(known, rate);
            found.Add((FormattableString.Invariant($"{finding}: a discount of {percent} %{(known is null ? $", until {rate.Until} unless something else was agreed" : "")}"), true));
        }

        // Discounts are one list, and so one change: that of its only percentage, or of all of it.
        var change = fleet.Plan.Discounts is [var only] && discounts is [var now]
            ? new PlanChange("prices.discounts.0.percent", Percent(now))
            : new PlanChange("prices.discounts", $"[{string.Join(", ", discounts.Select(Written))}]");
        foreach (var (finding, isSaid) in found)
        {
            proposals.Add(new BillProposal(GapPart.Price, finding, isSaid && proposals.All(proposal => proposal.Change is null) ? change : null));
        }

        return proposals.ToImmutable();
    }

    /// <summary>The beginning of an instance type that a discount names: up to the dot on AWS, up to the last hyphen on Google Cloud.</summary>
    private static string FamilyOf(Pool pool) => pool.Cloud == CloudProvider.Aws ? pool.MachineType.Split('.')[0] : pool.MachineType[..pool.MachineType.LastIndexOf('-')];

    private static string Written(NegotiatedRate rate) =>
        $"{{ cloud: {JsonText.Word(rate.Cloud)}, family: {rate.Family}, percent: {Percent(rate)}, until: {rate.Until}{(rate.Rate == DiscountedRate.Spot ? ", rate: spot" : "")} }}";

    private static string Percent(NegotiatedRate rate) => FormattableString.Invariant($"{rate.Percent.Percent:0.##}%");
}
