using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using GpuInfra.Planning.Fleets;
using static GpuInfra.Planning.Finance.SpendJson;

namespace GpuInfra.Planning.Finance;

/// <summary>A comparison as JSON; money in USD a month.</summary>
public static class BreakevenJson
{
    /// <summary>The document.</summary>
    /// <param name="fleet">The fleet that it is about.</param>
    /// <param name="today">The day on which it is looked at: prices may be old by then.</param>
    /// <param name="servings">The comparisons.</param>
    public static string ToJson(FleetPlan fleet, DateOnly today, ImmutableArray<Breakeven> servings) => JsonText.Of(json =>
    {
        json.WriteStartObject();
        json.WriteOrigin(fleet);
        json.WriteString("asOf", fleet.Plan.AsOf.ToString());
        json.WriteObjects("servings", servings, serving => Write(json, today, serving));
        json.WriteEndObject();
    });

    private static void Write(Utf8JsonWriter json, DateOnly today, Breakeven serving)
    {
        json.WriteString("serving", serving.Serving);
        json.WriteNumber("requests", Math.Round(serving.Tokens.Requests));
        json.WriteNumber("inputTokens", Math.Round(serving.Tokens.Input));
        json.WriteNumber("outputTokens", Math.Round(serving.Tokens.Output));
        Money(json, "ownUsd", serving.Own);
        Money(json, "strandedUsd", serving.Stranded);
        json.WriteBoolean("mayLeave", serving.MayLeave);
        json.WriteObjects("apis", serving.Apis, item =>
        {
            json.WriteString("api", item.Price.Id);
            Money(json, "monthlyUsd", item.Monthly);
            json.WriteString("asOf", item.Price.AsOf.ToString("O", CultureInfo.InvariantCulture));
            json.WriteBoolean("isOld", item.Price.IsOldOn(today));
        });
        if (serving.Chosen is not { } chosen)
        {
            return;
        }

        json.WriteString("api", chosen.Price.Id);
        json.WriteString("answer", JsonText.Word(serving.Answer));
        json.WriteString("flips", chosen.Flips?.ToString());
        json.WriteNumberOrNull("breakEvenScale", chosen.BreakEvenScale is { } scale ? Math.Round(scale, 4) : null);
        json.WriteObjects("months", chosen.Months, item =>
        {
            json.WriteString("month", item.Month.ToString());
            Money(json, "ownUsd", item.Own);
            Money(json, "apiUsd", item.Api);
        });
        json.WriteObjects("scales", chosen.Scales, item =>
        {
            json.WriteNumber("scale", Math.Round(item.Scale, 4));
            Money(json, "ownUsd", item.Own);
            Money(json, "apiUsd", item.Api);
        });
        json.WriteObjects("mixes", chosen.Mixes, item =>
        {
            json.WriteNumber("percentile", item.Percentile);
            Money(json, "ownUsd", item.Own);
            Money(json, "apiUsd", item.Api);
        });
    }
}
