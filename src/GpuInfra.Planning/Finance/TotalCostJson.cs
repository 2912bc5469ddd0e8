using System.Collections.Immutable;
using System.Globalization;
using GpuInfra.Planning.Finance.Footprints;
using GpuInfra.Planning.Finance.Penalties;
using GpuInfra.Planning.Fleets;
using static GpuInfra.Planning.Finance.SpendJson;

namespace GpuInfra.Planning.Finance;

/// <summary>Total cost of ownership as JSON; money in USD over three years.</summary>
public static class TotalCostJson
{
    /// <summary>The document.</summary>
    /// <param name="fleet">The fleet that it is about.</param>
    /// <param name="cost">The cost.</param>
    /// <param name="terms">Ways to rent its machines.</param>
    /// <param name="tornado">What assumptions do to it.</param>
    /// <param name="penalties">What months below a promise are expected to cost beside it.</param>
    public static string ToJson(FleetPlan fleet, TotalCost cost, ImmutableArray<RentTerm> terms, ImmutableArray<Swing> tornado, ImmutableArray<ExpectedPenalty> penalties) => JsonText.Of(json =>
    {
        json.WriteStartObject();
        json.WriteOrigin(fleet);
        json.WriteString("asOf", fleet.Plan.AsOf.ToString());
        json.WriteObjects("ways", new[] { (Name: "rent", Way: cost.Rent), (Name: "buy", Way: cost.Buy) }, item =>
        {
            json.WriteString("way", item.Name);
            Money(json, "totalUsd", item.Way.Total);
            json.WriteObjects("lines", item.Way.Lines, line =>
            {
                json.WriteString("line", line.Name);
                Money(json, "totalUsd", line.Total);
                json.WriteObjects("years", line.Years, year => Money(json, "usd", year));
            });
            json.WriteObjects("electricity", item.Way.Power, json.Write);
        });
        json.WriteObjects("terms", terms, term =>
        {
            json.WriteString("term", term.Name);
            Money(json, "monthlyUsd", term.Monthly);
            Money(json, "threeYearsUsd", term.ThreeYears);
            Money(json, "owedUsd", term.Owed);
            json.WriteString("why", term.Why);
        });
        json.WriteObjects("assumptions", tornado, swing =>
        {
            json.WriteString("assumption", swing.Assumption.Id);
            json.WriteString("unit", swing.Assumption.Unit);
            json.WriteNumber("low", JsonText.Plain(swing.Assumption.Low));
            json.WriteNumber("value", JsonText.Plain(swing.Assumption.Value));
            json.WriteNumber("high", JsonText.Plain(swing.Assumption.High));
            Money(json, "rentLowUsd", swing.Low.Rent.Total);
            Money(json, "rentHighUsd", swing.High.Rent.Total);
            Money(json, "buyLowUsd", swing.Low.Buy.Total);
            Money(json, "buyHighUsd", swing.High.Buy.Total);
            json.WriteString("source", swing.Assumption.Source);
            json.WriteString("asOf", swing.Assumption.AsOf.ToString("O", CultureInfo.InvariantCulture));
            json.WriteString("grade", swing.Assumption.Grade.ToString());
        });
        PenaltyJson.WriteMember(json, penalties);
        json.WriteEndObject();
    });
}
