namespace GpuInfra.Planning.Replays;

/// <summary>
/// Random numbers that depend on a seed and on nothing else: SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number
/// generators", OOPSLA 2014), whose state grows by a constant and is mixed by two multiplications. A stream is named, so that one more
/// draw in one place moves no other.
/// </summary>
internal sealed class SplitRandom(ulong seed)
{
    private const ulong Increment = 0x9E3779B97F4A7C15;
    private const double Unit = 1.0 / (1L << 53);

    private ulong _state = seed;

    /// <summary>A stream of its own for a name, whatever this one has drawn: FNV-1a of the name's letters is mixed into the seed.</summary>
    public static SplitRandom Of(int seed, string name)
    {
        unchecked
        {
            var hash = name.Aggregate(0xCBF29CE484222325, (hash, letter) => (hash ^ letter) * 0x100000001B3);
            return new SplitRandom(Mix(Mix((ulong)(long)seed) ^ hash));
        }
    }

    /// <summary>From 0 to below 1, evenly, in steps of 2⁻⁵³.</summary>
    public double NextUnit() => (Next() >> 11) * Unit;

    /// <summary>Exponential of a mean.</summary>
    public double NextExponential(double mean) => -mean * Math.Log(1 - NextUnit());

    /// <summary>Geometric from 1, of a mean of at least 1.</summary>
    public int NextGeometric(double mean) =>
        mean <= 1 ? 1 : 1 + (int)Math.Min(int.MaxValue - 1, Math.Log(1 - NextUnit()) / Math.Log(1 - (1 / mean)));

    private static ulong Mix(ulong value)
    {
        unchecked
        {
            value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
            value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
            return value ^ (value >> 31);
        }
    }

    private ulong Next()
    {
        unchecked
        {
            _state += Increment;
        }

        return Mix(_state);
    }
}
