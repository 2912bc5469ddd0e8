using System.Text.Json;

namespace GpuInfra.Planning.Fleets;

/// <summary>What explains a fleet, as members of <c>plan --json</c>: <c>constraintPrices</c>, <c>margins</c> and <c>distances</c>, and <c>stability</c> of a serving.</summary>
internal static class ExplanationJson
{
    /// <summary>Writes prices, margins and distances; nothing where they were not asked for.</summary>
    public static void Write(Utf8JsonWriter json, FleetExplanation? explanation)
    {
        if (explanation is null)
        {
            return;
        }

        json.WriteObjects("constraintPrices", explanation.Prices, price =>
        {
            json.WriteString("constraint", price.Constraint);
            json.WriteNumber("monthlyUsd", JsonText.Plain(price.Monthly.Amount));
            json.WriteNumber("part", price.Part.Fraction);
            json.WriteBoolean("proven", price.IsProven);
            json.WriteString("words", price.ToString());
        });
        json.WriteObjects("margins", explanation.Margins, margin =>
        {
            json.WriteString("serving", margin.Serving);
            json.WriteString("offer", margin.Offer);
            if (margin.Monthly is { } monthly)
            {
                json.WriteNumber("monthlyUsd", JsonText.Plain(monthly.Amount));
            }

            json.WriteString("instead", margin.Instead);
        });
        json.WriteObjects("distances", explanation.Distances, distance =>
        {
            json.WriteString("serving", distance.Serving);
            json.WriteString("offer", distance.Offer);
            json.WriteNumber("monthlyUsd", JsonText.Plain(distance.Monthly.Amount));
            json.WriteBoolean("exact", distance.IsExact);
        });
    }

    /// <summary>Writes why a serving stays or moves; nothing where nothing runs yet.</summary>
    public static void Write(Utf8JsonWriter json, StabilityNote? stability)
    {
        if (stability is null)
        {
            return;
        }

        json.WriteStartObject("stability");
        json.WriteBoolean("moves", stability.Moves);
        if (stability.Saving is { } saving)
        {
            json.WriteNumber("savingUsd", JsonText.Plain(saving.Amount));
        }

        json.WriteString("why", stability.Words);
        json.WriteEndObject();
    }
}
