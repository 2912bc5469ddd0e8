using System.Text.Json;
using GpuInfra.Planning.Fleets;

namespace GpuInfra.Planning.Finance;

/// <summary>The member <c>apis</c> of <c>plan --json</c> and <c>preview --json</c>; there is none where nothing is copied or passed on. Money is US dollars a month.</summary>
public static class ApiSpendJson
{
    /// <summary>Writes the member.</summary>
    public static void WriteMember(Utf8JsonWriter json, FleetPlan fleet)
    {
        var spend = ApiSpend.Of(fleet.Plan, fleet.Plan.AsOf);
        if (spend.IsEmpty)
        {
            return;
        }

        json.WriteObjects("apis", spend, one =>
        {
            json.WriteString("serving", one.Serving);
            json.WriteString("use", one.Use);
            json.WriteString("api", one.Api.Name);
            json.WriteString("price", one.Api.Price?.Id);
            json.WriteNumber("share", one.Share.Fraction);
            json.WriteNumber("requests", Math.Round(one.Tokens.Requests));
            json.WriteNumber("inputTokens", Math.Round(one.Tokens.Input));
            json.WriteNumber("outputTokens", Math.Round(one.Tokens.Output));
            if (one.Monthly is { } monthly)
            {
                json.WriteNumber("monthlyUsd", JsonText.Plain(monthly.Amount));
            }
        });
    }
}
