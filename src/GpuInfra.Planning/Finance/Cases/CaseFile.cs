using System.Collections.Immutable;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Finance.Penalties;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Finance.Cases;

/// <summary>All that a decision about a plan needs: whether it pays, what must hold phase by phase, and what could go wrong.</summary>
/// <param name="Fleet">The fleet.</param>
/// <param name="Cost">Three years of it.</param>
/// <param name="Case">What it brings against that; with no benefit where none was named.</param>
/// <param name="HasBenefit">True when a benefit was named.</param>
/// <param name="Gates">The roadmap's phases.</param>
/// <param name="Risks">The risks.</param>
public sealed record CaseFile(FleetPlan Fleet, TotalCost Cost, BusinessCase Case, bool HasBenefit, ImmutableArray<RoadmapGate> Gates, ImmutableArray<Risk> Risks)
{
    /// <summary>What months below a promise are expected to cost, by the plan's assumptions of losses; in none of the costs.</summary>
    public required ImmutableArray<ExpectedPenalty> Penalties { get; init; }

    /// <summary>Puts it together.</summary>
    /// <param name="fleet">The fleet.</param>
    /// <param name="catalog">Offers, to plan changes with.</param>
    /// <param name="benefit">What it brings a month; null where nobody says.</param>
    /// <param name="upfront">What is paid before the first month.</param>
    public static CaseFile Of(FleetPlan fleet, Catalog catalog, Usd? benefit, Usd upfront)
    {
        var cost = TotalCost.Of(fleet, catalog, Assumptions.Default);
        return new CaseFile(
            fleet, cost, new BusinessCase(benefit ?? default, upfront, cost.Rent.Total, cost.Rent.In(0)), benefit is not null, RoadmapGate.Of(fleet, catalog), RiskRegister.Of(fleet, catalog))
        {
            Penalties = ExpectedPenalty.Of(fleet, catalog),
        };
    }

    /// <summary>The document; money in USD.</summary>
    public string ToJson() => JsonText.Of(json =>
    {
        json.WriteStartObject();
        json.WriteOrigin(Fleet);
        json.WriteString("asOf", Fleet.Plan.AsOf.ToString());
        json.WriteString("pricesFrom", Fleet.PriceBook.AsOf.ToString("O"));
        json.WriteStartObject("case");
        SpendJson.Money(json, "benefitUsd", HasBenefit ? Case.Benefit : null);
        SpendJson.Money(json, "upfrontUsd", Case.Upfront);
        SpendJson.Money(json, "threeYearsUsd", Case.Running);
        SpendJson.Money(json, "leastBenefitUsd", Case.LeastBenefit);
        if (HasBenefit)
        {
            Number("return", Case.Return);
            Number("paybackMonths", Case.Payback);
            json.WriteBoolean("passes", Case.Passes);
        }

        json.WriteEndObject();
        json.WriteObjects("phases", Gates, gate =>
        {
            json.WriteString("phase", gate.Phase.Name);
            SpendJson.Money(json, "monthlyUsd", gate.Monthly);
            SpendJson.Money(json, "costUsd", gate.Cost);
            json.WriteBoolean("passes", gate.Passes);
            json.WriteObjects("conditions", gate.Conditions, condition =>
            {
                json.WriteString("condition", condition.Name);
                json.WriteBoolean("holds", condition.Holds);
                json.WriteString("why", condition.Why);
            });
        });
        json.WriteObjects("risks", Risks, risk =>
        {
            json.WriteString("risk", risk.Name);
            json.WriteString("exposure", risk.Exposure);
            json.WriteString("mitigation", risk.Mitigation);
            json.WriteBoolean("inPlace", risk.InPlace);
            SpendJson.Money(json, "monthlyUsd", risk.Monthly);
            json.WriteString("why", risk.Why);
            if (risk.Spares is { } spares)
            {
                PenaltyJson.Write(json, "sparesUsd", spares);
            }
        });
        PenaltyJson.WriteMember(json, Penalties);
        json.WriteEndObject();

        void Number(string name, decimal? value) =>
            json.WriteNumberOrNull(name, value is { } known ? Math.Round(known, 4) : null);
    });
}
