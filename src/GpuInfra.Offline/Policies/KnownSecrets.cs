using System.Collections.Immutable;

namespace GpuInfra.Offline.Policies;

/// <summary>Tells a text that holds a secret: by its form, by the name it stands under, or because it repeats one that is marked.</summary>
/// <param name="Marked">What the program itself marked secret, as far as it is known.</param>
internal sealed record KnownSecrets(ImmutableArray<string> Marked)
{
    /// <summary>Shorter ones stand in other texts by chance.</summary>
    private const int ShortestMarked = 8;

    /// <summary>The secrets of a record.</summary>
    public static KnownSecrets Of(PreviewRecord record) => new(
    [
        .. record.Resolved.Resources.SelectMany(resource => PlainText.Secrets(resource.Inputs))
            .Where(secret => secret.Length >= ShortestMarked).Distinct(StringComparer.Ordinal),
    ]);

    /// <summary>What kinds of secret a text holds and where; nothing when it holds none.</summary>
    public IEnumerable<string> Faults(PlainText text)
    {
        foreach (var kind in SecretPatterns.In(text.Content))
        {
            yield return $"{text.Path} holds {kind}";
        }

        if (SecretPatterns.IsSecretName(text.Path) && SecretPatterns.IsLiteral(text.Content))
        {
            yield return $"{text.Path} is written in plain text";
        }

        if (Marked.Any(secret => text.Content.Contains(secret, StringComparison.Ordinal)))
        {
            yield return $"{text.Path} repeats a value that is marked secret elsewhere";
        }
    }
}
