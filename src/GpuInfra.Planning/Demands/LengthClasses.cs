using System.Collections.Immutable;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Plans;

namespace GpuInfra.Planning.Demands;

/// <summary>Requests whose lengths are about alike.</summary>
/// <param name="Share">Their share of all requests, above zero.</param>
/// <param name="InputTokens">Their mean input tokens, at least 1.</param>
/// <param name="OutputTokens">Their mean output tokens.</param>
public readonly record struct LengthClass(double Share, double InputTokens, double OutputTokens);

/// <summary>
/// How long requests are, input and output together, as a few dozen classes: an octave of inputs and an octave of outputs each. A profile's come
/// from its joint histogram, brought to the measured means; of daily figures input and output are independent. What is longer than a
/// serving takes is cut as engines do, its output to one token less than that and then its input to what is left.
/// <para>Two of them are equal when their classes are, so that servings and months whose requests are alike share what follows from them.</para>
/// </summary>
public sealed class LengthClasses : IEquatable<LengthClasses>
{
    /// <summary>Shares and lengths are rounded: those of the same requests differ between months in their last digits.</summary>
    private const int Digits = 6;

    private readonly int _hash;
    private readonly Lazy<LengthOctaves> _octaves;

    private LengthClasses(ImmutableArray<LengthClass> classes)
    {
        (Classes, _octaves) = (classes, new Lazy<LengthOctaves>(() => LengthOctaves.Of(classes)));
        var hash = default(HashCode);
        foreach (var one in classes)
        {
            hash.Add(one);
        }

        _hash = hash.ToHashCode();
    }

    /// <summary>The classes, by input and then output; their shares add up to 1.</summary>
    public ImmutableArray<LengthClass> Classes { get; }

    /// <summary>The same as a table.</summary>
    internal LengthOctaves Octaves => _octaves.Value;

    /// <summary>Exponential lengths around means, as a plan has them that says nothing of how they are spread.</summary>
    public static LengthClasses Exponential(double inputTokens, double outputTokens) =>
        Sorted(OfLengths(LengthDistribution.Exponential(inputTokens), LengthDistribution.Of(null, outputTokens), inputTokens, outputTokens), int.MaxValue);

    /// <summary>The classes of a workload's requests.</summary>
    /// <param name="source">Its demand.</param>
    /// <param name="maxContextTokens">Input and output that a request may have together.</param>
    public static LengthClasses Of(DemandSource source, int maxContextTokens) => Sorted(PartsOf(source), maxContextTokens);

    /// <summary>The classes of several streams together, weighted by their rates of requests, of which at least one is above zero.</summary>
    public static LengthClasses Of(IReadOnlyCollection<(LengthClasses Lengths, double Rate)> streams)
    {
        var total = streams.Sum(stream => stream.Rate);
        return streams.Count == 1
            ? streams.Single().Lengths
            : Sorted(streams.SelectMany(stream => stream.Lengths.Classes.Select(one => one with { Share = one.Share * stream.Rate / total })), int.MaxValue);
    }

    /// <summary>Those whose inputs are of one size; all of them where none is.</summary>
    /// <param name="from">Input tokens at least.</param>
    /// <param name="below">Input tokens that they stay below; null for any.</param>
    public LengthClasses Within(int from, int? below)
    {
        var within = Classes.Where(one => one.InputTokens >= from && !(one.InputTokens >= below)).ToList();
        var share = within.Sum(one => one.Share);
        return within.Count == 0 ? this : new LengthClasses([.. within.Select(one => one with { Share = one.Share / share })]);
    }

    /// <inheritdoc/>
    public bool Equals(LengthClasses? other) => other is not null && _hash == other._hash && Classes.SequenceEqual(other.Classes);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as LengthClasses);

    /// <inheritdoc/>
    public override int GetHashCode() => _hash;

    private static IEnumerable<LengthClass> PartsOf(DemandSource source) => source switch
    {
        DemandSource.Profiled { Profile: var profile } => OfProfile(profile),
        DemandSource.Daily daily => OfLengths(daily, daily.InputTokensPerDay / daily.RequestsPerDay, daily.OutputTokensPerDay / daily.RequestsPerDay),
        DemandSource.Users users => OfLengths(users, users.InputTokensPerRequest, users.OutputTokensPerRequest),
        _ => throw new ArgumentOutOfRangeException(nameof(source), source, "A demand that this version does not know."),
    };

    private static IEnumerable<LengthClass> OfProfile(DemandProfile profile)
    {
        var cells = profile.Lengths.Cells;
        double requests = cells.Sum(cell => cell.Requests);
        var input = profile.InputTokens.Mean * requests / cells.Sum(cell => cell.Requests * LengthHistogram.MiddleOf(cell.InputFrom));
        var output = profile.OutputTokens.Mean == 0 ? 0 : profile.OutputTokens.Mean * requests / cells.Sum(cell => cell.Requests * LengthHistogram.MiddleOf(cell.OutputFrom));
        return cells.Select(cell => new LengthClass(
            cell.Requests / requests, LengthHistogram.MiddleOf(cell.InputFrom) * input, LengthHistogram.MiddleOf(cell.OutputFrom) * output));
    }

    private static IEnumerable<LengthClass> OfLengths(DemandSource source, double meanInput, double meanOutput) => OfLengths(
        LengthDistribution.Of(source.InputLengths, meanInput), LengthDistribution.Of(source.OutputLengths, meanOutput), meanInput, meanOutput);

    private static IEnumerable<LengthClass> OfLengths(LengthDistribution inputs, LengthDistribution outputs, double meanInput, double meanOutput)
    {
        var answers = OctavesOf(outputs, meanOutput).ToList();
        return OctavesOf(inputs, meanInput).SelectMany(prompt => answers.Select(answer => new LengthClass(prompt.Share * answer.Share, prompt.Mean, answer.Mean)));
    }

    /// <summary>Shares and means of the octaves of a distribution, brought to its mean.</summary>
    private static IEnumerable<(double Share, double Mean)> OctavesOf(LengthDistribution lengths, double mean)
    {
        if (mean == 0)
        {
            return [(1, 0)];
        }

        var scale = mean / lengths.TokensAbove(0);
        return Enumerable.Range(0, LengthHistogram.Buckets / 2)
            .Select(octave => (Start: octave == 0 ? -1 : (double)(1 << octave), End: (double)(1 << (octave + 1))))
            .Select(octave => (
                Share: lengths.Above(octave.Start).Fraction - lengths.Above(octave.End).Fraction,
                Tokens: lengths.TokensAbove(Math.Max(0, octave.Start)) - lengths.TokensAbove(octave.End)))
            .Where(octave => octave.Share > 0)
            .Select(octave => (octave.Share, octave.Tokens / octave.Share * scale));
    }

    /// <summary>Cuts what is too long, and puts together what is in the same octaves.</summary>
    private static LengthClasses Sorted(IEnumerable<LengthClass> parts, int maxContextTokens) => new(
    [
        .. parts.Select(part => part with { OutputTokens = Math.Min(part.OutputTokens, maxContextTokens - 1) })
            .Select(part => part with { InputTokens = Math.Clamp(part.InputTokens, 1, maxContextTokens - part.OutputTokens) })
            .GroupBy(part => (Input: OctaveOf(part.InputTokens), Output: OctaveOf(part.OutputTokens)))
            .OrderBy(octave => octave.Key)
            .Select(octave => (Share: octave.Sum(part => part.Share), Parts: octave))
            .Where(octave => octave.Share > 0)
            .Select(octave => new LengthClass(
                Math.Round(octave.Share, Digits),
                Math.Round(octave.Parts.Sum(part => part.Share * part.InputTokens) / octave.Share, Digits),
                Math.Round(octave.Parts.Sum(part => part.Share * part.OutputTokens) / octave.Share, Digits)))
            .Where(octave => octave.Share > 0),
    ]);

    /// <summary>The octave of a length, from 0 for less than two tokens.</summary>
    internal static int OctaveOf(double tokens) => tokens < 2 ? 0 : (int)Math.Log2(tokens);
}
