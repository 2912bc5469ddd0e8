using System.Collections.Immutable;
using GpuInfra.Offline;
using GpuInfra.Planning.Replays;

namespace GpuInfra.Cli.Reports;

/// <summary>What every single loss leaves of each serving, by arithmetic and by replay.</summary>
internal static class SurvivalTable
{
    /// <summary>The policies that a loss may break, and that a waiver may cover.</summary>
    private static readonly string[] Policies = ["survival", "survival-replay"];

    public static IEnumerable<Block> Of(PreviewRecord preview)
    {
        yield return new Block.Heading("Survivability");
        yield return new Block.Grid(
            [
                new("Serving"), new("Lost"), new("Left of peak", true), new("Left of P95", true), new("Promised", true),
                new("Within promise before", true), new("After", true), new("Needed", true), new("Verdict"),
            ],
            [.. preview.Proof.Losses.GroupBy(loss => loss with { Loss = new(loss.Loss.Kind, "", default, null) }).Select(alike => Row(preview, alike.Key, alike))]);
        yield return new Block.Paragraph(new Cell(
            $"Left: planned capacity. Within promise: share of P95 demand served within the promised latency, replayed for {SurvivalProof.Shortest.TotalSeconds:0} to {SurvivalProof.Longest.TotalSeconds:0} s "
            + $"({Format.Count(SurvivalProof.MostRequests)} requests at most); what is lost, rejected or late is not. Needed: promised share × survive.inTime, by default the latency's percentile.",
            Tone.Muted));
    }

    /// <summary>Losses of a kind that leave the same and end the same share a row.</summary>
    private static ImmutableArray<Cell> Row(PreviewRecord preview, LossProof loss, IEnumerable<LossProof> alike) =>
    [
        loss.Serving,
        $"{loss.Loss.Name}{string.Join(", ", alike.Select(other => other.Loss.Target))}",
        loss.RemainingOfPeak.ToString(),
        loss.Remaining.ToString(),
        loss.Required == default ? Format.None : loss.Required.ToString(),
        Percent(loss.Before),
        Percent(loss.Attainment),
        loss.Required == default ? Format.None : Percent(loss.Needed),
        Verdict(preview, loss),
    ];

    private static Cell Verdict(PreviewRecord preview, LossProof loss)
    {
        if (loss.Holds)
        {
            return loss.Required == default ? new Cell("nothing promised", Tone.Muted) : new Cell("pass", Tone.Good);
        }

        var broken = preview.Checks.Where(check => Policies.Contains(check.Id) && check.Subject == loss.Serving).ToList();
        return broken.Any(check => check.Status == CheckStatus.Fail) || broken.Count == 0 ? new Cell("fail", Tone.Bad) : new Cell("waived", Tone.Warning);
    }

    private static string Percent(double? share) => share is { } known ? FormattableString.Invariant($"{known * 100:0.0} %") : Format.None;
}
