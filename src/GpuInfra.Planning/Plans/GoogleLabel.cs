namespace GpuInfra.Planning.Plans;

/// <summary>Texts as Google Cloud labels: lower-case letters, digits, hyphens and underscores, at most 63 of them.</summary>
public static class GoogleLabel
{
    private const int Longest = 63;

    /// <summary>The label; other letters become hyphens, and what is too long is cut.</summary>
    public static string Of(string text)
    {
        var allowed = text.ToLowerInvariant()
            .Select(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '_' ? c : '-');
        return new string([.. allowed.Take(Longest)]);
    }
}
