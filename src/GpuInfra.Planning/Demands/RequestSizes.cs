using System.Collections.Immutable;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Demands;

/// <summary>
/// Cuts a serving's requests into sizes. A router sees a request's input and can only guess its output, so inputs are what is cut, always at
/// the same lengths, a factor of four apart: a demand that changes moves requests between sizes, and no cut that routers and pools are set up for.
/// How long outputs of a size are comes from the profile's joint histogram; daily figures have inputs and outputs independent.
/// A size with less than a hundredth of the requests and of the input tokens goes with its shorter neighbour, the first with its longer.
/// </summary>
internal static class RequestSizes
{
    /// <summary>Where inputs are cut: bounds of the histogram's buckets.</summary>
    private static readonly ImmutableArray<int> Cuts = [256, 1_024, 4_096, 16_384, 65_536];

    private const double Few = 0.01;

    /// <summary>The sizes of a serving's requests, shortest first; at least one.</summary>
    /// <param name="streams">Its workloads' demands with their rates of requests.</param>
    /// <param name="maxContextTokens">Input and output that a request may have.</param>
    /// <param name="longInputTokens">Input of the request whose latency is promised.</param>
    public static ImmutableArray<RequestSize> Of(IReadOnlyCollection<(DemandSource Source, double Rate)> streams, int maxContextTokens, double longInputTokens)
    {
        var starts = Cuts.Where(cut => cut < maxContextTokens).Prepend(0).ToImmutableArray();
        var parts = streams.Select(stream => (stream.Rate, Parts: PartsOf(stream.Source, starts))).ToList();
        var total = parts.Sum(stream => stream.Rate);
        var sizes = starts.Select((start, index) => Part.Sum(start, parts.Select(stream => stream.Parts[index] * (stream.Rate / total)))).ToList();
        Join(sizes);
        return
        [
            .. sizes.Select((size, index) => new RequestSize
            {
                From = size.Start,
                Below = index + 1 < sizes.Count ? sizes[index + 1].Start : null,
                Share = Share.FromFraction(Math.Min(1, size.Requests)),
                InputTokens = size.Input / size.Requests,
                OutputTokens = size.Output / size.Requests,
                LongInputTokens = Math.Max(Math.Min(longInputTokens, size.LongestInput), Math.Max(1, size.Start)),
                LongestTokens = (int)Math.Min(maxContextTokens, Math.Ceiling(size.LongestInput + size.LongestOutput)),
            }),
        ];
    }

    private static void Join(List<Part> sizes)
    {
        var input = sizes.Sum(size => size.Input);
        for (var index = sizes.Count - 1; index >= 0 && sizes.Count > 1; index--)
        {
            if (sizes[index].Requests < Few && sizes[index].Input < Few * input)
            {
                var shorter = Math.Max(index - 1, 0);
                sizes[shorter] = Part.Sum(sizes[shorter].Start, [sizes[shorter], sizes[shorter + 1]]);
                sizes.RemoveAt(shorter + 1);
            }
        }
    }

    private static ImmutableArray<Part> PartsOf(DemandSource source, ImmutableArray<int> starts) => source switch
    {
        DemandSource.Profiled { Profile: var profile } => OfProfile(profile, starts),
        DemandSource.Daily daily => OfLengths(daily, daily.InputTokensPerDay / daily.RequestsPerDay, daily.OutputTokensPerDay / daily.RequestsPerDay, starts),
        DemandSource.Users users => OfLengths(users, users.InputTokensPerRequest, users.OutputTokensPerRequest, starts),
        _ => throw new ArgumentOutOfRangeException(nameof(source), source, "A demand that this version does not know."),
    };

    /// <summary>Requests of a bucket are taken to lie around its middle; means are then brought to those that were measured.</summary>
    private static ImmutableArray<Part> OfProfile(DemandProfile profile, ImmutableArray<int> starts)
    {
        var cells = profile.Lengths.Cells;
        double requests = cells.Sum(cell => cell.Requests);
        var input = profile.InputTokens.Mean / cells.Sum(cell => cell.Requests * LengthHistogram.MiddleOf(cell.InputFrom) / requests);
        var output = profile.OutputTokens.Mean == 0 ? 0 : profile.OutputTokens.Mean / cells.Sum(cell => cell.Requests * LengthHistogram.MiddleOf(cell.OutputFrom) / requests);
        var (longestInput, longestOutput) = (profile.InputTokens.Quantiles[^1].Value, profile.OutputTokens.Quantiles[^1].Value);
        return [.. starts.Select((start, index) =>
        {
            var below = index + 1 < starts.Length ? starts[index + 1] : int.MaxValue;
            var within = cells.Where(cell => cell.InputFrom >= start && cell.InputFrom < below).ToList();
            return new Part(
                start,
                within.Sum(cell => cell.Requests) / requests,
                within.Sum(cell => cell.Requests * LengthHistogram.MiddleOf(cell.InputFrom)) * input / requests,
                within.Sum(cell => cell.Requests * LengthHistogram.MiddleOf(cell.OutputFrom)) * output / requests,
                within.Select(cell => Math.Min(longestInput, End(cell.InputFrom))).DefaultIfEmpty().Max(),
                within.Select(cell => Math.Min(longestOutput, End(cell.OutputFrom))).DefaultIfEmpty().Max());
        })];
    }

    private static ImmutableArray<Part> OfLengths(DemandSource daily, double meanInput, double meanOutput, ImmutableArray<int> starts)
    {
        var input = LengthDistribution.Of(daily.InputLengths, meanInput);
        var longestOutput = LengthDistribution.Of(daily.OutputLengths, meanOutput).At(100);
        var scale = meanInput / input.TokensAbove(0);
        return [.. starts.Select((start, index) =>
        {
            var (above, beyond) = (start == 0 ? 1 : input.Above(start).Fraction, index + 1 < starts.Length ? starts[index + 1] : double.PositiveInfinity);
            var requests = above - input.Above(beyond).Fraction;
            return new Part(
                start, requests, (input.TokensAbove(start) - input.TokensAbove(beyond)) * scale, requests * meanOutput, Math.Min(input.At(100), beyond), longestOutput);
        })];
    }

    private static double End(int start) => start + LengthHistogram.WidthOf(start) - 1;

    /// <summary>Requests from a length on: their number, their tokens, their longest.</summary>
    private sealed record Part(int Start, double Requests, double Input, double Output, double LongestInput, double LongestOutput)
    {
        public static Part operator *(Part part, double factor) =>
            part with { Requests = part.Requests * factor, Input = part.Input * factor, Output = part.Output * factor };

        public static Part Sum(int start, IEnumerable<Part> parts) => parts.Aggregate(new Part(start, 0, 0, 0, 0, 0), (sum, part) => new Part(
            start, sum.Requests + part.Requests, sum.Input + part.Input, sum.Output + part.Output,
            Math.Max(sum.LongestInput, part.LongestInput), Math.Max(sum.LongestOutput, part.LongestOutput)));
    }
}
