using Pulumi.Offline;

namespace GpuInfra.Offline.Policies;

/// <summary>
/// No secret is written down where people or machines can read it. Faults say where and what kind, never the secret itself, and
/// <see cref="Redaction"/> keeps it out of everything else that is shown.
/// </summary>
internal static class SecretRules
{
    public static Policy<Evidence> NoPlaintextSecret { get; } = new(
        "no-plaintext-secret",
        "no secret stands in plain text in an input, user data, an output, a log line or the plan",
        "revoke it first: it has been written down. Then keep it in a secret store and let the machine fetch it by its own identity.",
        evidence =>
        {
            var known = KnownSecrets.Of(evidence.Record);
            return Texts(evidence).GroupBy(text => text.Subject, StringComparer.Ordinal)
                .Select(texts => new Look(texts.Key, [.. texts.SelectMany(known.Faults).Distinct()]));
        })
    {
        NotWaivable = "a secret that has been written down is no secret; revoke it",
        Noun = "subject",
    };

    private static IEnumerable<PlainText> Texts(Evidence evidence)
    {
        var record = evidence.Record;
        foreach (var resource in evidence.Resources)
        {
            var outputs = resource.Outputs is { } registered ? PlainText.Of(resource.Urn, "outputs", registered) : [];
            foreach (var text in PlainText.Of(resource.Urn, "inputs", resource.Inputs).Concat(outputs))
            {
                yield return text;
            }
        }

        foreach (var run in new[] { record.Preview, record.Resolved })
        {
            var texts = PlainText.Of(record.Stack, "outputs", run.Outputs)
                .Concat(run.Invokes.SelectMany(invoke => PlainText.Of(record.Stack, $"call of {invoke.Token}", invoke.Args)
                    .Concat(invoke.Result is { } answer ? PlainText.Of(record.Stack, $"answer of {invoke.Token}", answer) : [])))
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
}
