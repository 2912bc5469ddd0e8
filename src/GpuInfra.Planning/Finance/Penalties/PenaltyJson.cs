using System.Collections.Immutable;
using System.Text.Json;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Finance.Penalties;

/// <summary>The member <c>expectedPenalty</c> of documents that tell money; there is none where no serving has a penalty. Money is US dollars a month and in no other member.</summary>
public static class PenaltyJson
{
    private const int Digits = 9;

    /// <summary>Writes the member.</summary>
    public static void WriteMember(Utf8JsonWriter json, ImmutableArray<ExpectedPenalty> penalties)
    {
        if (penalties.IsEmpty)
        {
            return;
        }

        json.WriteStartObject("expectedPenalty");
        Write(json, "monthlyUsd", ExpectedPenalty.Total(penalties));
        json.WriteObjects("servings", penalties, penalty =>
        {
            json.WriteString("serving", penalty.Serving);
            Write(json, "monthlyUsd", penalty.Monthly);
            json.WriteObjects("steps", penalty.Steps, step =>
            {
                json.WriteNumber("below", step.Step.Below.Fraction);
                json.WriteNumber("costsUsd", JsonText.Plain(step.Step.Costs.Amount));
                Write(json, "chance", step.Chance, chance => Math.Round(chance, Digits));
            });
            json.WriteObjects("losses", penalty.Losses, loss =>
            {
                json.WriteString("lost", loss.Loss.Name);
                Write(json, "perYear", loss.Assumed.PerYear, perYear => perYear);
                Write(json, "lastsHours", loss.Assumed.Lasts, lasts => lasts.TotalHours);
                Write(json, "unservedHours", Estimate.Of(loss.Hours), hours => Math.Round(hours, Digits));
                json.WriteString("source", loss.Assumed.Source);
            });
        });
        json.WriteEndObject();
    }

    /// <summary>Writes an amount with its range.</summary>
    internal static void Write(Utf8JsonWriter json, string name, Estimate<Usd> amount) => Write(json, name, point => json.WriteNumber(JsonText.Word(point), JsonText.Plain(amount.At(point).Amount)));

    private static void Write<T>(Utf8JsonWriter json, string name, Estimate<T> figure, Func<T, double> number) => Write(json, name, point => json.WriteNumber(JsonText.Word(point), number(figure.At(point))));

    private static void Write(Utf8JsonWriter json, string name, Action<EstimatePoint> write)
    {
        json.WriteStartObject(name);
        foreach (var point in new[] { EstimatePoint.Low, EstimatePoint.Value, EstimatePoint.High })
        {
            write(point);
        }

        json.WriteEndObject();
    }
}
