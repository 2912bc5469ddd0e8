using System.Collections.Immutable;

namespace GpuInfra.Offline.Diff;

/// <summary>The lines in which two texts differ, by their longest common subsequence.</summary>
internal static class LineDiff
{
    /// <summary>Lines shown of one text.</summary>
    public const int MostLines = 200;

    // Comparing takes memory as the product of the two lengths; beyond this the middle counts as rewritten.
    private const long MostCells = 4_000_000;

    /// <summary>Lines that go start with <c>- </c>, lines that come with <c>+ </c>.</summary>
    public static ImmutableArray<string> Between(string before, string after)
    {
        var (old, now) = (Lines(before), Lines(after));
        var start = 0;
        while (start < old.Length && start < now.Length && old[start] == now[start])
        {
            start++;
        }

        var tail = 0;
        while (tail < old.Length - start && tail < now.Length - start && old[^(tail + 1)] == now[^(tail + 1)])
        {
            tail++;
        }

        var changed = Changed(old[start..^tail], now[start..^tail]).ToList();
        return changed.Count <= MostLines
            ? [.. changed]
            : [.. changed.Take(MostLines), $"… and {changed.Count - MostLines} lines more"];
    }

    private static IEnumerable<string> Changed(string[] old, string[] now)
    {
        if ((long)old.Length * now.Length > MostCells)
        {
            foreach (var line in old.Select(line => $"- {line}").Concat(now.Select(line => $"+ {line}")))
            {
                yield return line;
            }

            yield break;
        }

        var common = Common(old, now);
        for (int i = 0, j = 0; i < old.Length || j < now.Length;)
        {
            if (i < old.Length && j < now.Length && old[i] == now[j])
            {
                (i, j) = (i + 1, j + 1);
            }
            else if (i < old.Length && (j == now.Length || common[i + 1, j] >= common[i, j + 1]))
            {
                yield return $"- {old[i++]}";
            }
            else
            {
                yield return $"+ {now[j++]}";
            }
        }
    }

    /// <summary>The length of the longest common subsequence of what is left from each pair of lines on.</summary>
    private static int[,] Common(string[] old, string[] now)
    {
        var common = new int[old.Length + 1, now.Length + 1];
        for (var i = old.Length - 1; i >= 0; i--)
        {
            for (var j = now.Length - 1; j >= 0; j--)
            {
                common[i, j] = old[i] == now[j] ? common[i + 1, j + 1] + 1 : Math.Max(common[i + 1, j], common[i, j + 1]);
            }
        }

        return common;
    }

    private static string[] Lines(string text) => text.ReplaceLineEndings("\n").TrimEnd('\n').Split('\n');
}
