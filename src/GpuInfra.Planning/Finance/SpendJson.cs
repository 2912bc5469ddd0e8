using System.Text.Json;
using GpuInfra.Planning.Finance.Footprints;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Finance;

/// <summary>What a fleet is planned to cost as JSON; money in USD.</summary>
public static class SpendJson
{
    /// <summary>The document.</summary>
    public static string ToJson(FleetPlan fleet, SpendPlan spend, Footprint footprint) => JsonText.Of(json =>
    {
        json.WriteStartObject();
        json.WriteOrigin(fleet);
        json.WriteString("asOf", fleet.Plan.AsOf.ToString());
        Money(json, "monthlyUsd", spend.Monthly);
        Money(json, "budgetUsd", spend.Budget);
        Money(json, "unusedUsd", spend.Unused);
        json.WriteString("firstOver", spend.FirstOver?.ToString());
        json.WriteObjects("workloads", spend.Workloads, workload =>
        {
            json.WriteString("workload", workload.Workload);
            json.WriteString("team", workload.Team);
            json.WriteString("serving", workload.Serving);
            json.WriteString("kind", JsonText.Word(workload.Kind));
            Money(json, "monthlyUsd", workload.Monthly);
            json.WriteNumber("usdPerMillionTokens", Math.Round(workload.PerMillionTokens, 6));
            json.WriteNumber("usdPerRequest", Math.Round(workload.PerRequest, 9));
            if (workload.Users is { } users)
            {
                json.WriteNumber("users", users);
            }
        });
        json.WriteObjects("teams", spend.Teams, team =>
        {
            json.WriteString("team", team.Team);
            Money(json, "monthlyUsd", team.Monthly);
            Money(json, "budgetUsd", team.Budget);
        });
        json.WriteObjects("kinds", spend.Kinds, kind =>
        {
            json.WriteString("kind", JsonText.Word(kind.Kind));
            Money(json, "monthlyUsd", kind.Monthly);
        });
        json.WriteObjects("months", spend.Months, item =>
        {
            json.WriteString("month", item.Month.ToString());
            Money(json, "monthlyUsd", item.Monthly);
        });
        json.WriteFootprint("electricity", footprint);
        json.WriteEndObject();
    });

    internal static void Money(Utf8JsonWriter json, string name, Usd? amount) =>
        json.WriteNumberOrNull(name, amount is { } known ? JsonText.Plain(known.ToCents().Amount) : null);
}
