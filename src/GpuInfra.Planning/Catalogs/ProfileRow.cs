using System.Collections.Immutable;

namespace GpuInfra.Planning.Catalogs;

/// <summary>
/// A demand profile as it is written, in a row of <c>profiles.json</c> and in a profile file beside a plan; the unit stands in each
/// field's name. Quantiles are pairs of percentile and value, lengths are input from, output from, requests.
/// </summary>
internal sealed record ProfileRow(
    string Id, string Source, DateOnly? AsOf, long Requests, long SkippedRows, double Seconds, double RequestsPerSecond,
    SpreadRow InputTokens, SpreadRow OutputTokens, double[][] MinuteLoad, int[] MinuteRequests, double Dispersion, double? GapVariation,
    TraceClock Clock, double[] HourOfDay, double[] DayOfWeek, ConcurrencyRow Concurrency, long[][] Lengths)
{
    /// <summary>The row of a profile.</summary>
    public static ProfileRow Of(DemandProfile profile) => new(
        profile.Id, profile.Source, profile.AsOf, profile.Requests, profile.SkippedRows, profile.Duration.TotalSeconds, profile.RequestsPerSecond,
        SpreadRow.Of(profile.InputTokens), SpreadRow.Of(profile.OutputTokens), SpreadRow.Pairs(profile.MinuteLoad),
        [.. profile.Arrivals.Minutes], profile.Arrivals.Dispersion, profile.Arrivals.GapVariation, profile.Arrivals.Clock,
        [.. profile.Arrivals.HourOfDay], [.. profile.Arrivals.DayOfWeek],
        new ConcurrencyRow(
            profile.Concurrency.TimeToFirstToken.TotalSeconds, profile.Concurrency.TimePerOutputToken.TotalSeconds,
            profile.Concurrency.Mean, SpreadRow.Pairs(profile.Concurrency.Quantiles)),
        [.. profile.Lengths.Cells.Select(cell => new[] { cell.InputFrom, cell.OutputFrom, cell.Requests })]);

    /// <summary>The profile.</summary>
    /// <exception cref="InvalidDataException">Its figures do not agree with each other.</exception>
    public DemandProfile ToProfile()
    {
        Require(Requests > 0 && double.IsFinite(RequestsPerSecond) && RequestsPerSecond > 0, "requests and requestsPerSecond must be above zero");
        Require(Seconds is > 0 and < 1e10, "seconds must be above zero");
        Require(InputTokens.Mean >= 0 && OutputTokens.Mean >= 0, "mean lengths must not be negative");
        Require(MinuteRequests.All(requests => requests >= 0), "minuteRequests must not be negative");
        Require(HourOfDay.Length is 0 or 24, "hourOfDay has 24 values or none");
        Require(DayOfWeek.Length is 0 or 7, "dayOfWeek has 7 values or none");
        Require(Lengths.All(cell => cell is [>= 0 and <= LengthHistogram.LongestTokens, >= 0 and <= LengthHistogram.LongestTokens, > 0]), "lengths are rows of input from, output from, requests");
        Require(Lengths.Sum(cell => cell[2]) == Requests, "lengths do not add up to requests");
        return new DemandProfile
        {
            Id = Id,
            Source = Source,
            AsOf = AsOf,
            Requests = Requests,
            SkippedRows = SkippedRows,
            Duration = TimeSpan.FromSeconds(Seconds),
            RequestsPerSecond = RequestsPerSecond,
            InputTokens = InputTokens.ToDistribution("inputTokens"),
            OutputTokens = OutputTokens.ToDistribution("outputTokens"),
            Lengths = new LengthHistogram([.. Lengths.Select(cell => new LengthCell((int)cell[0], (int)cell[1], cell[2]))]),
            MinuteLoad = SpreadRow.ToQuantiles(MinuteLoad, "minuteLoad"),
            Arrivals = new ArrivalShape([.. MinuteRequests], Dispersion, GapVariation, [.. HourOfDay], [.. DayOfWeek], Clock),
            Concurrency = Concurrency.ToEstimate(),
        };
    }

    /// <summary>Ends the reading of a row that contradicts itself.</summary>
    internal static void Require(bool holds, string message)
    {
        if (!holds)
        {
            throw new InvalidDataException(message);
        }
    }
}

/// <summary>How a figure is spread.</summary>
internal sealed record SpreadRow(double Mean, double[][] Quantiles)
{
    public static SpreadRow Of(Distribution spread) => new(spread.Mean, Pairs(spread.Quantiles));

    public static double[][] Pairs(ImmutableArray<Quantile> quantiles) =>
        [.. quantiles.Select(quantile => new[] { quantile.Percentile, quantile.Value })];

    public static ImmutableArray<Quantile> ToQuantiles(double[][] pairs, string name)
    {
        ProfileRow.Require(pairs.Length >= 2 && pairs.All(pair => pair is [>= 0 and <= 100, >= 0]), $"{name} needs two or more pairs of percentile and value");
        ProfileRow.Require(
            pairs.Zip(pairs.Skip(1)).All(next => next.First[0] < next.Second[0] && next.First[1] <= next.Second[1]),
            $"{name} must have rising percentiles and values that never fall");
        ProfileRow.Require(pairs[^1][0] == 100, $"{name} must end with the percentile 100");
        return [.. pairs.Select(pair => new Quantile(pair[0], pair[1]))];
    }

    public Distribution ToDistribution(string name) => new(Mean, ToQuantiles(Quantiles, name));
}

/// <summary>Requests in flight, and the times that were assumed for it.</summary>
internal sealed record ConcurrencyRow(double FirstTokenSeconds, double OutputTokenSeconds, double Mean, double[][] Quantiles)
{
    public ConcurrencyEstimate ToEstimate() => new(
        TimeSpan.FromSeconds(FirstTokenSeconds), TimeSpan.FromSeconds(OutputTokenSeconds), Mean, SpreadRow.ToQuantiles(Quantiles, "concurrency"));
}
