namespace Pulumi.Offline.Schemas;

/// <summary>Finds what somebody who misspelt a name most likely meant.</summary>
internal static class NearestName
{
    /// <summary>The closest of some names, unless even that is more than a third of its letters away.</summary>
    public static string? Of(string name, IEnumerable<string> names)
    {
        string? nearest = null;
        var least = int.MaxValue;
        foreach (var candidate in names)
        {
            var distance = Distance(name, candidate);
            if (distance < least && distance <= Math.Max(2, candidate.Length / 3))
                (nearest, least) = (candidate, distance);
        }

        return nearest;
    }

    /// <summary>A clause to end a message with.</summary>
    public static string Suggestion(string name, IEnumerable<string> names) =>
        Of(name, names) is { } nearest ? $"; did you mean {nearest}?" : "";

    /// <summary>The edits between two names; capitals do not count, they are what is mistaken most.</summary>
    private static int Distance(string left, string right)
    {
        var row = new int[right.Length + 1];
        for (var j = 0; j <= right.Length; j++)
            row[j] = j;
        for (var i = 1; i <= left.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= right.Length; j++)
            {
                var same = char.ToLowerInvariant(left[i - 1]) == char.ToLowerInvariant(right[j - 1]);
                var edit = Math.Min(Math.Min(row[j], row[j - 1]) + 1, diagonal + (same ? 0 : 1));
                (diagonal, row[j]) = (row[j], edit);
            }
        }

        return row[right.Length];
    }
}
