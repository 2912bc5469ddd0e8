using System.Collections.Immutable;
using System.Numerics;

namespace GpuInfra.Planning.Catalogs;

/// <summary>
/// Requests by input and output length together, in buckets of equal width on a logarithmic scale: two to an octave, which begin at
/// 0, 1, 2, 3, 4, 6, 8, 12, 16, 24 and so on.
/// </summary>
/// <param name="Cells">Buckets that hold requests, by input and then output length.</param>
public sealed record LengthHistogram(ImmutableArray<LengthCell> Cells)
{
    /// <summary>Buckets that lengths of up to <see cref="LongestTokens"/> fall into.</summary>
    public const int Buckets = 50;

    /// <summary>The longest input or output that a request may have: 16,777,216 tokens, beyond any model's context.</summary>
    public const int LongestTokens = 1 << 24;

    /// <summary>The bucket of a length, from 0.</summary>
    public static int BucketOf(int tokens)
    {
        if (tokens < 2)
        {
            return tokens;
        }

        var octave = BitOperations.Log2((uint)tokens);
        return 2 * octave + ((tokens >> (octave - 1)) & 1);
    }

    /// <summary>The shortest length in a bucket.</summary>
    public static int StartOf(int bucket) => bucket < 2 ? bucket : (2 + (bucket & 1)) << (bucket / 2 - 1);

    /// <summary>Lengths in the bucket that begins with one.</summary>
    public static int WidthOf(int start) => StartOf(BucketOf(start) + 1) - start;

    /// <summary>The mean of the lengths in the bucket that begins with one.</summary>
    public static double MiddleOf(int start) => start + ((WidthOf(start) - 1) / 2.0);
}

/// <summary>The requests in a bucket of lengths.</summary>
/// <param name="InputFrom">The bucket's least input tokens.</param>
/// <param name="OutputFrom">The bucket's least output tokens.</param>
/// <param name="Requests">Requests in it.</param>
public sealed record LengthCell(int InputFrom, int OutputFrom, long Requests);
