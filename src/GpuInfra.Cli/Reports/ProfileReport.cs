using System.Collections.Immutable;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Demands.Traces;

namespace GpuInfra.Cli.Reports;

/// <summary>What <c>gpuinfra profile</c> tells of a trace beside its profile.</summary>
internal static class ProfileReport
{
    private static readonly double[] Shown = [5, 50, 95, 99, 100];

    public static IEnumerable<Block> Of(TraceProfile read)
    {
        var profile = read.Profile;
        yield return new Block.Paragraph(
            $"{profile.Id}: {Format.Count(profile.Requests, "request")} in {Span(profile.Duration)}, read as {read.Format}.");
        yield return new Block.Grid(
            [new("Figure"), new("Mean", true), .. Shown.Select(percentile => new Column(percentile == 100 ? "Max" : $"P{percentile:0}", true))],
            [
                Row("Input tokens", profile.InputTokens.Mean, profile.InputTokens.Quantiles, 1),
                Row("Output tokens", profile.OutputTokens.Mean, profile.OutputTokens.Quantiles, 1),
                Row("Requests/s by minute", profile.RequestsPerSecond, profile.MinuteLoad, profile.RequestsPerSecond),
                Row("Requests in flight", profile.Concurrency.Mean, profile.Concurrency.Quantiles, 1),
            ]);
        yield return new Block.Paragraph(new Cell(
            FormattableString.Invariant($"Dispersion of requests per minute {profile.Arrivals.Dispersion:0.##} (1 if they came independently)")
            + (profile.Arrivals.GapVariation is { } variation ? FormattableString.Invariant($", variation of gaps {variation:0.##} (1)") : "")
            + $". In flight: with {Format.Duration(profile.Concurrency.TimeToFirstToken)} to the first token and {Format.Duration(profile.Concurrency.TimePerOutputToken)} per output token.",
            Tone.Muted));
        if (read.OutOfOrder > 0)
        {
            yield return new Block.Paragraph(new Cell($"{Format.Count(read.OutOfOrder, "row")} came before the row above in time; gaps are not told.", Tone.Warning));
        }

        if (profile.SkippedRows > 0)
        {
            yield return new Block.Paragraph(new Cell($"{Format.Count(profile.SkippedRows, "row")} left out:", Tone.Warning));
            yield return new Block.Items([.. read.Skipped.Select(problem => new Cell(problem.ToString()))]);
        }
    }

    private static ImmutableArray<Cell> Row(string name, double mean, ImmutableArray<Quantile> quantiles, double unit) =>
        [name, Format.Number(mean), .. Shown.Select(percentile => (Cell)Format.Number(unit * quantiles.First(quantile => quantile.Percentile == percentile).Value))];

    private static string Span(TimeSpan duration) => duration.TotalDays >= 2 ? FormattableString.Invariant($"{duration.TotalDays:0.#} days")
        : duration.TotalMinutes >= 2 ? FormattableString.Invariant($"{duration.TotalMinutes:0.#} minutes")
        : FormattableString.Invariant($"{duration.TotalSeconds:0.#} s");
}
