using System.Globalization;
using System.Text.Json;

namespace GpuInfra.Planning.Replays;

/// <summary>
/// A replay as <c>replay --json</c> writes it: a contract with other tools, so members are added and never renamed. Times are milliseconds,
/// shares are fractions, money is US dollars.
/// </summary>
public static class ReplayJson
{
    private const int ShareDigits = 6;

    private static readonly double[] Percentiles = [50, 90, 95, 99, 99.9];

    /// <summary>The replay as one JSON document.</summary>
    public static string ToJson(ReplayResult replay) => JsonText.Of(json =>
    {
        json.WriteStartObject();
        json.WriteString("stack", replay.Stack);
        json.WriteString("planHash", replay.PlanHash);
        json.WriteNumber("seconds", replay.Options.Length.TotalSeconds);
        json.WriteNumber("seed", replay.Options.Seed);
        if (replay.Incident is { } incident)
        {
            json.WriteStartObject("incident");
            json.WriteStrings("lost", incident.Lost.Select(place => place.ToString()));
            json.WriteString("until", incident.Until.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
            json.WriteString("reason", incident.Reason);
            json.WriteNumber("machinesStanding", replay.Standing);
            json.WriteEndObject();
        }

        json.WriteObjects("losses", replay.Options.Losses, loss =>
        {
            json.WriteString("lost", loss.Name);
            json.WriteNumber("atSeconds", loss.At.TotalSeconds);
            if (loss.Lasts is { } lasts)
            {
                json.WriteNumber("lastsSeconds", lasts.TotalSeconds);
            }
        });
        json.WriteBoolean("keeps", replay.Keeps);
        json.WriteStartArray("servings");
        foreach (var serving in replay.Servings)
        {
            Write(json, serving);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    });

    private static void Write(Utf8JsonWriter json, ServingReplay serving)
    {
        json.WriteStartObject();
        json.WriteString("name", serving.Serving);
        if (serving.Latency is { } promised)
        {
            json.WriteStartObject("promised");
            json.WriteNumber("ttftMs", promised.TimeToFirstToken.TotalMilliseconds);
            json.WriteNumber("tpotMs", promised.TimePerOutputToken.TotalMilliseconds);
            json.WriteNumber("percentile", promised.Percentile);
            json.WriteEndObject();
        }

        json.WriteNumber("attainment", Math.Round(serving.Measured.Attainment, ShareDigits));
        json.WriteBoolean("keeps", serving.Keeps);
        Write(json, "requests", serving.All);
        Write(json, "ttftMs", serving.TimeToFirstToken);
        Write(json, "tpotMs", serving.TimePerOutputToken);
        Write(json, "waitMs", serving.Wait);
        json.WriteStartObject("tokens");
        json.WriteNumber("served", serving.TokensServed);
        json.WriteNumber("outputLost", serving.TokensLost);
        json.WriteNumber("outputLate", serving.TokensLate);
        json.WriteEndObject();
        json.WriteNumber("utilization", Math.Round(serving.Utilization, ShareDigits));
        Money(json, "costUsd", serving.Cost.Amount);
        Money(json, "extraUsd", serving.Extra.Amount);
        if (serving.CostPerMillionTokens is { } price)
        {
            Money(json, "usdPerMillionTokens", price.Amount);
        }

        json.WriteObjects("apis", serving.Apis, use =>
        {
            json.WriteString("api", use.Api);
            json.WriteNumber("requests", use.Requests);
            json.WriteNumber("inputTokens", use.InputTokens);
            json.WriteNumber("outputTokens", use.OutputTokens);
            if (use is { Price: { } asked, Cost: { } cost })
            {
                Money(json, "costUsd", cost.Amount);
                json.WriteString("price", asked.Id);
                Money(json, "usdPerMillionInput", asked.Input);
                Money(json, "usdPerMillionOutput", asked.Output);
                json.WriteString("asOf", asked.AsOf.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
                json.WriteString("source", asked.Source);
            }
        });
        json.WriteObjects("minutes", serving.Minutes, minute =>
        {
            json.WriteNumber("minute", minute.Minute);
            json.WriteNumber("arrived", minute.Arrived);
            json.WriteNumber("served", minute.Served);
            json.WriteNumber("kept", minute.Kept);
            json.WriteNumber("refused", minute.Refused);
            json.WriteNumber("lost", minute.Lost);
            json.WriteNumber("waiting", minute.Waiting);
            json.WriteNumber("replicas", minute.Replicas);
            json.WriteNumber("utilization", Math.Round(minute.Utilization, ShareDigits));
            Money(json, "hourlyUsd", minute.HourlyUsd);
            json.WriteNumber("overflowed", minute.Overflowed);
            Money(json, "apiUsd", minute.ApiUsd);
        });
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, string name, RequestCounts counts)
    {
        json.WriteStartObject(name);
        json.WriteNumber("arrived", counts.Arrived);
        json.WriteNumber("served", counts.Served);
        json.WriteNumber("kept", counts.Kept);
        json.WriteNumber("rejected", counts.Rejected);
        json.WriteNumber("overflowed", counts.Overflowed);
        json.WriteNumber("lost", counts.Lost);
        json.WriteNumber("queued", counts.Queued);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, string name, LatencySketch times)
    {
        json.WriteStartObject(name);
        json.WriteNumber("mean", Math.Round(times.Mean.TotalMilliseconds, 3));
        foreach (var percentile in Percentiles)
        {
            json.WriteNumber(FormattableString.Invariant($"p{percentile}"), Math.Round(times.At(percentile).TotalMilliseconds, 3));
        }

        json.WriteNumber("max", Math.Round(times.Longest.TotalMilliseconds, 3));
        json.WriteEndObject();
    }

    private static void Money(Utf8JsonWriter json, string name, decimal amount) => json.WriteNumber(name, JsonText.Plain(decimal.Round(amount, ShareDigits)));
}
