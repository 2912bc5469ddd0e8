using System.Text.Json;

namespace GpuInfra.Planning.Fleets;

/// <summary>How busy pools are, which hours were chosen and what levers would do, as JSON.</summary>
internal static class UseJson
{
    public static void Write(Utf8JsonWriter json, PoolUtilization pool)
    {
        json.WriteStartObject();
        json.WriteString("pool", pool.Pool);
        json.WriteNumber("mean", pool.Mean.Fraction);
        json.WriteNumber("peak", pool.Peak.Fraction);
        if (pool.Band is { } band)
        {
            json.WriteNumber("atLeast", band.AtLeast.Fraction);
            json.WriteNumber("atMost", band.AtMost.Fraction);
        }

        if (pool.Because is { } cause)
        {
            json.WriteString("belowBecause", cause);
        }

        json.WriteEndObject();
    }

    public static void Write(Utf8JsonWriter json, WindowChoice choice)
    {
        json.WriteStartObject();
        json.WriteString("serving", choice.Serving);
        json.WriteNumber("deadlineHours", choice.Deadline.TotalHours);
        json.WriteNumber("hours", choice.Length.TotalHours);
        json.WriteNumber("startMinutes", choice.StartUp.TotalMinutes);
        json.WriteObjects("options", choice.Options, option =>
        {
            json.WriteNumber("hours", option.Length.TotalHours);
            if (option.Monthly is { } monthly)
            {
                json.WriteNumber("instances", option.Instances);
                json.WriteNumber("monthlyUsd", JsonText.Plain(monthly.Amount));
            }

            if (option.Why is { } why)
            {
                json.WriteString("why", why);
            }

        });
        json.WriteEndObject();
    }

    public static void Write(Utf8JsonWriter json, LeverEffect effect)
    {
        json.WriteStartObject();
        json.WriteString("name", effect.Name);
        json.WriteString("assumes", effect.Assumes);
        if (effect.Monthly is { } monthly)
        {
            json.WriteNumber("monthlyUsd", JsonText.Plain(monthly.Amount));
        }

        json.WriteString("why", effect.Why);
        json.WriteEndObject();
    }
}
