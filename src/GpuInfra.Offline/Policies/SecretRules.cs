using Pulumi.Offline;

namespace GpuInfra.Offline.Policies;

/// <summary>
/// No secret is written down where people or machines can read it. Faults say where and what kind, never the secret itself.
/// </summary>
internal static class SecretRules
{
    /// <summary>Shorter ones stand in other texts by chance.</summary>
    private const int ShortestKnown = 8;

    public static Policy NoPlaintextSecret { get; } = new(
        "no-plaintext-secret",
        "no secret stands in plain text in an input, user data, an output, a log line or the plan",
        "revoke it first: it has been written down. Then keep it in a secret store and let the machine fetch it by its own identity.",
        evidence =>
        {
            var known = Known(evidence);
            return Texts(evidence).GroupBy(text => text.Subject, StringComparer.Ordinal)
                .Select(texts => new Look(texts.Key, [.. texts.SelectMany(text => Faults(text, known)).Distinct()]));
        })
    {
        NotWaivable = "a secret that has been written down is no secret; revoke it",
        Noun = "subject",
    };

    private static IEnumerable<string> Faults(PlainText text, List<string> known)
    {
        foreach (var kind in SecretPatterns.In(text.Content))
        {
            yield return $"{text.Path} holds {kind}";
        }

        if (SecretPatterns.IsSecretName(text.Path) && SecretPatterns.IsLiteral(text.Content))
        {
            yield return $"{text.Path} is written in plain text";
        }

        if (known.Any(secret => text.Content.Contains(secret, StringComparison.Ordinal)))
        {
            yield return $"{text.Path} repeats a value that is marked secret elsewhere";
        }
    }

    private static IEnumerable<PlainText> Texts(Evidence evidence)
    {
        var record = evidence.Record;
        foreach (var resource in evidence.Resources)
        {
            foreach (var text in PlainText.Of(resource.Urn, "inputs", resource.Inputs))
            {
                yield return text;
            }
        }

        foreach (var run in new[] { record.Preview, record.Resolved })
        {
            var texts = PlainText.Of(record.Stack, "outputs", run.Outputs)
                .Concat(run.Invokes.SelectMany(invoke => PlainText.Of(record.Stack, $"call of {invoke.Token}", invoke.Args)))
                .Concat(run.Logs.SelectMany(log => PlainText.Of(record.Stack, "log", new PropertyValue.Text(log.Message))));
            foreach (var text in texts)
            {
                yield return text;
            }
        }

        foreach (var waiver in evidence.Fleet.Plan.Waivers)
        {
            yield return new PlainText(record.Stack, "waivers", $"{waiver.Subject} {waiver.Reason} {waiver.ApprovedBy}");
        }
    }

    /// <summary>What the program itself marked secret, as far as it is known.</summary>
    private static List<string> Known(Evidence evidence) =>
    [
        .. evidence.Resources.SelectMany(resource => PlainText.Secrets(resource.Inputs))
            .Where(secret => secret.Length >= ShortestKnown).Distinct(StringComparer.Ordinal),
    ];
}
