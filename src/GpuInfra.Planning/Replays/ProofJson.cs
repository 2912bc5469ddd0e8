using System.Text.Json;

namespace GpuInfra.Planning.Replays;

/// <summary>
/// A proof as <c>preview --json</c> and its records hold it, under <c>survivability</c>: members are added and never renamed. Shares are fractions;
/// those of P95 demand unless their name says peak.
/// </summary>
public static class ProofJson
{
    private const int ShareDigits = 6;

    /// <summary>Writes the proof as one JSON object.</summary>
    public static void Write(Utf8JsonWriter json, SurvivalProof proof)
    {
        json.WriteStartObject();
        json.WriteString("planHash", proof.PlanHash);
        json.WriteBoolean("holds", proof.Losses.All(loss => loss.Holds));
        json.WriteObjects("losses", proof.Losses, loss =>
        {
            json.WriteString("serving", loss.Serving);
            json.WriteString("lost", loss.Loss.Name);
            json.WriteNumber("required", loss.Required.Fraction);
            json.WriteNumber("remaining", Math.Round(loss.Remaining.Fraction, ShareDigits));
            json.WriteNumber("remainingOfPeak", Math.Round(loss.RemainingOfPeak.Fraction, ShareDigits));
            Share(json, "attainmentBefore", loss.Before);
            Share(json, "attainment", loss.Attainment);
            json.WriteNumber("attainmentNeeded", Math.Round(loss.Needed, ShareDigits));
            json.WriteBoolean("holds", loss.Holds);
        });
        json.WriteEndObject();
    }

    private static void Share(Utf8JsonWriter json, string name, double? share) =>
        json.WriteNumberOrNull(name, share is { } known ? Math.Round(known, ShareDigits) : null);
}
