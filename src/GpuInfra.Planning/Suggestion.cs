namespace GpuInfra.Planning;

/// <summary>Guesses what somebody meant by a misspelt name.</summary>
public static class Suggestion
{
    private const int LongestName = 64;

    /// <summary>
    /// The candidate nearest to <paramref name="text"/> whatever its case; null when none is near enough, which is one slip for
    /// every three letters and at least one. Of equally near ones, the first in ordinal order.
    /// </summary>
    public static string? Nearest(string text, IEnumerable<string> candidates)
    {
        if (text.Length is 0 or > LongestName)
        {
            return null;
        }

        var allowed = Math.Max(1, text.Length / 3);
        return candidates
            .Where(candidate => candidate.Length <= LongestName)
            .Select(candidate => (candidate, distance: Distance(text.ToLowerInvariant(), candidate.ToLowerInvariant())))
            .Where(pair => pair.distance <= allowed && pair.distance < pair.candidate.Length)
            .OrderBy(pair => pair.distance)
            .ThenBy(pair => pair.candidate, StringComparer.Ordinal)
            .Select(pair => pair.candidate)
            .FirstOrDefault();
    }

    /// <summary>A clause to end a message with: <c> (did you mean "x"?)</c>, or nothing when no candidate is near.</summary>
    public static string DidYouMean(string text, IEnumerable<string> candidates) =>
        Nearest(text, candidates) is { } nearest ? $" (did you mean \"{nearest}\"?)" : "";

    /// <summary>Insertions, deletions, replacements and swaps of neighbours that turn one text into the other.</summary>
    private static int Distance(string from, string to)
    {
        var rows = new int[from.Length + 1, to.Length + 1];
        for (var i = 0; i <= from.Length; i++)
        {
            for (var j = 0; j <= to.Length; j++)
            {
                rows[i, j] = (i, j) switch
                {
                    (0, _) => j,
                    (_, 0) => i,
                    _ => Step(i, j),
                };
            }
        }

        return rows[from.Length, to.Length];

        int Step(int i, int j)
        {
            var replace = rows[i - 1, j - 1] + (from[i - 1] == to[j - 1] ? 0 : 1);
            var best = Math.Min(replace, Math.Min(rows[i - 1, j], rows[i, j - 1]) + 1);
            var swapped = i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1];
            return swapped ? Math.Min(best, rows[i - 2, j - 2] + 1) : best;
        }
    }
}
