using System.Collections.Immutable;
using GpuInfra.Planning.Plans;
using Pulumi.Offline;

namespace GpuInfra.Offline.Policies;

/// <summary>
/// Takes out of a judged record what <c>no-plaintext-secret</c> finds, so that nothing made of it repeats a secret: the record file, JSON,
/// reports, diffs. A text with a secret in it becomes a secret as a whole, as if the program had marked it.
/// </summary>
internal sealed class Redaction
{
    private const string Hidden = "(not shown: it holds a secret)";

    private readonly KnownSecrets _known;
    private readonly HashSet<string> _found = new(StringComparer.Ordinal);

    private Redaction(KnownSecrets known) => _known = known;

    /// <summary>The record without them; the same one where there are none.</summary>
    public static PreviewRecord Of(PreviewRecord record) =>
        record.Checks.Any(check => check.Id == SecretRules.NoPlaintextSecret.Id && check.Status != CheckStatus.Pass)
            ? new Redaction(KnownSecrets.Of(record)).Redact(record)
            : record;

    private PreviewRecord Redact(PreviewRecord record)
    {
        var (preview, resolved) = (Redact(record.Preview), Redact(record.Resolved));
        var plan = record.Fleet.Plan with { Waivers = [.. record.Fleet.Plan.Waivers.Select(Redact)] };
        return record with
        {
            Fleet = record.Fleet with { Plan = plan },
            Preview = preview,
            Resolved = resolved,
            Checks = [.. record.Checks.Select(Redact)],
        };
    }

    private RunRecord Redact(RunRecord run) => run with
    {
        Resources = [.. run.Resources.Select(resource => resource with
        {
            Inputs = Members("inputs", resource.Inputs),
            Outputs = resource.Outputs is { } outputs ? Members("outputs", outputs) : null,
        })],
        Invokes = [.. run.Invokes.Select(invoke => invoke with
        {
            Args = Members("call", invoke.Args),
            Result = invoke.Result is { } result ? Redact("answer", result) : null,
        })],
        Outputs = Members("outputs", run.Outputs),
        Logs = [.. run.Logs.Select(log => log with { Message = Redact(log.Message) })],
        Problems = [.. run.Problems.Select(problem => problem with { Message = Redact(problem.Message) })],
    };

    private CheckResult Redact(CheckResult check) => check with
    {
        Subject = Redact(check.Subject),
        Detail = Redact(check.Detail),
        Waiver = check.Waiver is { } waiver ? Redact(waiver) : null,
    };

    private Waiver Redact(Waiver waiver) => waiver with
    {
        Subject = Redact(waiver.Subject),
        Reason = Redact(waiver.Reason),
        ApprovedBy = waiver.ApprovedBy is { } who ? Redact(who) : null,
    };

    private PropertyValue.Map Members(string path, PropertyValue.Map map) => (PropertyValue.Map)Redact(path, map);

    private PropertyValue Redact(string path, PropertyValue value) => value switch
    {
        PropertyValue.Text or PropertyValue.AssetValue when Holds(path, value) => new PropertyValue.Secret(value),
        PropertyValue.List list => new PropertyValue.List([.. list.Items.Select((item, i) => Redact($"{path}[{i}]", item))]),
        PropertyValue.Map map => new PropertyValue.Map(map.Members.ToImmutableSortedDictionary(
            member => member.Key, member => Redact($"{path}.{member.Key}", member.Value), StringComparer.Ordinal)),
        _ => value,
    };

    private bool Holds(string path, PropertyValue value)
    {
        var layers = PlainText.Of("", path, value).ToList();
        var holds = layers.Any(layer => _known.Faults(layer).Any());
        if (holds && SecretPatterns.IsSecretName(path))
        {
            _found.Add(layers[0].Content);
        }

        return holds;
    }

    /// <summary>A text for people: hidden when it holds a secret or repeats an input that is one by its name.</summary>
    private string Redact(string text) =>
        _known.Faults(new PlainText("", "", text)).Any() || _found.Any(secret => text.Contains(secret, StringComparison.Ordinal))
            ? Hidden
            : text;
}
