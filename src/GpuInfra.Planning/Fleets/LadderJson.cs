using System.Globalization;
using System.Text.Json;

namespace GpuInfra.Planning.Fleets;

/// <summary>A commitment ladder as <c>plan --json</c> and <c>forecast --json</c> write it.</summary>
public static class LadderJson
{
    /// <summary>Writes one ladder.</summary>
    public static void Write(Utf8JsonWriter json, CommitmentLadder ladder)
    {
        json.WriteStartObject();
        json.WriteString("serving", ladder.Serving);
        json.WriteString("cloud", JsonText.Word(ladder.Cloud));
        json.WriteString("region", ladder.Region);
        json.WriteString("instanceType", ladder.InstanceType);
        json.WriteString("gpu", ladder.Gpu);
        json.WriteNumber("instances", ladder.Uses.Length);
        json.WriteNumber("covered", ladder.Covered);
        json.WriteNumber("forLosses", ladder.ForLosses);
        json.WriteNumber("commit", ladder.Committed);
        json.WriteNumber("peak", ladder.Peak);
        json.WriteNumber("leastRegretCommit", ladder.LeastRegret);
        json.WriteNumber("expectedUsd", JsonText.Plain(ladder.Expected.Amount));
        json.WriteNumber("savingUsd", JsonText.Plain(ladder.Saving.Amount));
        json.WriteNumber("mostRegretUsd", JsonText.Plain(ladder.MostRegret.Amount));
        json.WriteObjects("terms", ladder.Steps, step =>
        {
            json.WriteString("term", JsonText.Word(step.Discount.Term));
            json.WriteNumber("breakEven", Rounded(step.BreakEven.Fraction));
            json.WriteNumber("commit", step.Instances);
            json.WriteNumber("savingUsd", JsonText.Plain(step.Saving.Amount));
            json.WriteNumber("bearsYearlyPriceFall", Rounded(step.BearsFall.Fraction));
            json.WriteString("grade", step.Discount.Grade.ToString());
            json.WriteString("source", step.Discount.Source);
            json.WriteString("asOf", step.Discount.AsOf.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
        });
        json.WriteObjects("futures", ladder.Futures, future =>
        {
            json.WriteString("name", future.Name);
            json.WriteNumber("weight", Rounded(future.Weight.Fraction));
            json.WriteNumber("bestCount", future.BestCount);
            json.WriteNumber("monthlyUsd", JsonText.Plain(future.Monthly.Amount));
            json.WriteNumber("regretUsd", JsonText.Plain(future.Regret.Amount));
        });
        json.WriteStartArray("needed");
        foreach (var use in ladder.Uses)
        {
            json.WriteNumberValue(Rounded(use.Needed.Fraction));
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static double Rounded(double share) => Math.Round(share, 6);
}
