using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Demands;
using GpuInfra.Planning.Plans;

namespace GpuInfra.Planning.Replays.Arrivals;

/// <summary>Draws lengths of requests: input and output together where a trace says how they go together, each by itself otherwise.</summary>
internal abstract class LengthSampler
{
    /// <summary>Lengths that a workload's requests have.</summary>
    public static LengthSampler Of(DemandSource source) => source switch
    {
        DemandSource.Profiled profiled => new Joint(profiled.Profile),
        DemandSource.Daily daily => new Apart(
            LengthDistribution.Of(daily.InputLengths, daily.InputTokensPerDay / daily.RequestsPerDay),
            LengthDistribution.Of(daily.OutputLengths, daily.OutputTokensPerDay / daily.RequestsPerDay)),
        DemandSource.Users users => new Apart(
            LengthDistribution.Of(users.InputLengths, users.InputTokensPerRequest), LengthDistribution.Of(users.OutputLengths, users.OutputTokensPerRequest)),
        _ => throw new ArgumentOutOfRangeException(nameof(source), source, "A demand that this version does not know."),
    };

    /// <summary>Draws the lengths of one request.</summary>
    public abstract (int Input, int Output) Draw(SplitRandom random);

    /// <summary>A length drawn as a number with a fraction: the next whole one with the fraction's probability, so that the mean stays.</summary>
    private static int Whole(double length, SplitRandom random)
    {
        var whole = Math.Floor(length);
        return (int)Math.Min(LengthHistogram.LongestTokens, whole + (random.NextUnit() < length - whole ? 1 : 0));
    }

    /// <summary>
    /// By a profile's joint histogram: a bucket by its requests, a length anywhere in it, and all lengths scaled so that their means are the
    /// measured ones.
    /// </summary>
    private sealed class Joint : LengthSampler
    {
        private readonly LengthCell[] _cells;
        private readonly long[] _below;
        private readonly double _inputScale;
        private readonly double _outputScale;

        public Joint(DemandProfile profile)
        {
            _cells = [.. profile.Lengths.Cells];
            _below = new long[_cells.Length];
            var (total, input, output) = (0L, 0.0, 0.0);
            foreach (var (index, cell) in _cells.Index())
            {
                total += cell.Requests;
                _below[index] = total;
                input += cell.Requests * LengthHistogram.MiddleOf(cell.InputFrom);
                output += cell.Requests * LengthHistogram.MiddleOf(cell.OutputFrom);
            }

            (_inputScale, _outputScale) = (Scale(profile.InputTokens.Mean * total, input), Scale(profile.OutputTokens.Mean * total, output));
        }

        public override (int Input, int Output) Draw(SplitRandom random)
        {
            var at = Array.BinarySearch(_below, (long)(random.NextUnit() * _below[^1]) + 1);
            var cell = _cells[at < 0 ? ~at : at];
            return (Math.Max(1, Within(cell.InputFrom, _inputScale, random)), Within(cell.OutputFrom, _outputScale, random));
        }

        private static double Scale(double measured, double drawn) => drawn > 0 ? measured / drawn : 1;

        private static int Within(int from, double scale, SplitRandom random) =>
            Whole((from + Math.Floor(random.NextUnit() * LengthHistogram.WidthOf(from))) * scale, random);
    }

    private sealed class Apart(LengthDistribution input, LengthDistribution output) : LengthSampler
    {
        public override (int Input, int Output) Draw(SplitRandom random) => (
            Math.Max(1, Whole(input.At(100 * random.NextUnit()), random)), Whole(output.At(100 * random.NextUnit()), random));
    }
}
