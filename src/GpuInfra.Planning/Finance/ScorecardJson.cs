using System.Globalization;
using GpuInfra.Planning.Fleets;

namespace GpuInfra.Planning.Finance;

/// <summary>A scorecard as JSON; points from 0 to 10, weights in percent.</summary>
public static class ScorecardJson
{
    private const int Digits = 4;

    /// <summary>The document.</summary>
    /// <param name="fleet">The fleet that it is about.</param>
    /// <param name="card">The scores.</param>
    public static string ToJson(FleetPlan fleet, Scorecard card) => JsonText.Of(json =>
    {
        json.WriteStartObject();
        json.WriteOrigin(fleet);
        json.WriteString("asOf", fleet.Plan.AsOf.ToString());
        json.WriteNumber("knownPercent", JsonText.Plain(Math.Round(card.KnownPercent, Digits)));
        json.WriteObjects("criteria", card.Criteria, criterion =>
        {
            json.WriteString("criterion", criterion.Id);
            json.WriteNumber("weightPercent", JsonText.Plain(criterion.Weight));
            json.WriteBoolean("counts", card.Known.Contains(criterion));
            json.WriteString("source", criterion.Source);
            json.WriteString("asOf", criterion.AsOf.ToString("O", CultureInfo.InvariantCulture));
        });
        json.WriteObjects("clouds", card.Vendors, vendor =>
        {
            json.WriteString("cloud", JsonText.Word(vendor.Cloud));
            json.WriteNumberOrNull("weighted", card.Weighted(vendor) is { } weighted ? JsonText.Plain(Math.Round(weighted, Digits)) : null);
            json.WriteObjects("scores", vendor.Scores, score =>
            {
                json.WriteString("criterion", score.Key);
                json.WriteNumber("points", JsonText.Plain(Math.Round(score.Value.Points, Digits)));
                json.WriteBoolean("judged", score.Value.IsJudged);
                json.WriteString("why", score.Value.Why);
            });
        });
        json.WriteEndObject();
    });
}
