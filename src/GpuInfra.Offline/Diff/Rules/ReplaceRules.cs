using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text.Json;
using Pulumi.Offline;

namespace GpuInfra.Offline.Diff.Rules;

/// <summary>What a rule says to a change.</summary>
/// <param name="Effect">The effect.</param>
/// <param name="Reason">Why, where it is not an update.</param>
internal sealed record Judgement(ChangeEffect Effect, string? Reason)
{
    public static Judgement Update { get; } = new(ChangeEffect.Update, null);
}

/// <summary>
/// Which inputs' changes replace a resource, from <c>replace.json</c>: read in the Terraform providers that the packages are bridged
/// from, each type with its source.
/// </summary>
internal sealed class ReplaceRules
{
    private readonly ImmutableArray<ImmutableArray<string>> _onChange;
    private readonly ImmutableArray<ImmutableArray<string>> _onAddRemove;
    private readonly ImmutableArray<ImmutableArray<string>> _unknown;
    private readonly ImmutableArray<(ImmutableArray<string> Path, string Condition)> _conditional;

    private ReplaceRules(JsonElement rules)
    {
        _onChange = Patterns(rules, "replaceOnChange");
        _onAddRemove = Patterns(rules, "replaceOnAddRemove");
        _unknown = Patterns(rules, "unknown");
        _conditional = rules.TryGetProperty("conditional", out var conditional)
            ? [.. conditional.EnumerateObject().Select(rule => (PropertyPath.Pattern(rule.Name), rule.Value.GetString()!))]
            : [];
    }

    /// <summary>The rules by type token.</summary>
    public static FrozenDictionary<string, ReplaceRules> ByType { get; } = Load();

    /// <summary>The conditions that rules of this type name.</summary>
    public IEnumerable<string> Conditions => _conditional.Select(rule => rule.Condition);

    /// <summary>What a change does to a resource of a type.</summary>
    public static Judgement Judge(string type, Difference change, ResourceRecord before, ResourceRecord after) =>
        ByType.TryGetValue(type, out var rules)
            ? rules.Judge(change, before, after)
            : new Judgement(ChangeEffect.Unknown, $"nobody has looked up which inputs replace a {type}");

    private Judgement Judge(Difference change, ResourceRecord before, ResourceRecord after)
    {
        var touched = Touched(change).ToList();
        if (touched.Any(path => _onChange.Any(path.IsWithin)))
        {
            return new Judgement(ChangeEffect.Replace, "the provider replaces on a change of it");
        }

        if (change.IsAddOrRemove && (touched.Any(path => _onAddRemove.Any(path.Is)) || _onAddRemove.Any(change.IsItemOf)))
        {
            return new Judgement(ChangeEffect.Replace, "the provider replaces when it appears or disappears");
        }

        var conditional = _conditional.Where(rule => touched.Any(path => path.IsWithin(rule.Path)))
            .Select(rule => ReplaceConditions.Judge(rule.Condition, change, before, after))
            .DefaultIfEmpty(Judgement.Update).MaxBy(judgement => judgement.Effect)!;
        return conditional.Effect == ChangeEffect.Update && touched.Any(path => _unknown.Any(path.IsWithin))
            ? new Judgement(ChangeEffect.Unknown, "nobody has looked up whether it replaces")
            : conditional;
    }

    /// <summary>The change's place and, where a whole block appears or disappears, every place in it.</summary>
    private static IEnumerable<PropertyPath> Touched(Difference change) => change.IsAddOrRemove
        ? Places(change.Path, change.After ?? change.Before)
        : [change.Path];

    private static IEnumerable<PropertyPath> Places(PropertyPath path, PropertyValue? value) => (value switch
    {
        PropertyValue.Map map => map.Members.SelectMany(member => Places(path.Member(member.Key), member.Value)),
        PropertyValue.List list => list.Items.SelectMany((item, i) => Places(path.Item(i), item)),
        _ => [],
    }).Prepend(path);

    private static ImmutableArray<ImmutableArray<string>> Patterns(JsonElement rules, string name) =>
        rules.TryGetProperty(name, out var paths)
            ? [.. paths.EnumerateArray().Select(path => PropertyPath.Pattern(path.GetString()!))]
            : [];

    private static FrozenDictionary<string, ReplaceRules> Load()
    {
        using var stream = typeof(ReplaceRules).Assembly.GetManifestResourceStream("replace.json")
            ?? throw new InvalidOperationException("replace.json is not embedded.");
        using var document = JsonDocument.Parse(stream);
        return document.RootElement.EnumerateObject().ToFrozenDictionary(
            type => type.Name, type => new ReplaceRules(type.Value), StringComparer.Ordinal);
    }
}
