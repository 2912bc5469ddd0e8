using System.Collections.Immutable;
using GpuInfra.Offline.Diff.Rules;
using Pulumi.Offline;

namespace GpuInfra.Offline.Diff;

/// <summary>
/// Compares the inputs of one resource in two records, knowing what happens to the resources that they derive from.
/// </summary>
/// <param name="Before">The old record.</param>
/// <param name="After">The new record.</param>
/// <param name="Match">Which resource is which.</param>
/// <param name="ActionOf">What happens to a resource of the new record.</param>
internal sealed record ResourceComparison(
    StackRecord Before, StackRecord After, ResourceMatch Match, Func<string, ResourceAction> ActionOf)
{
    /// <summary>The changes of a resource's inputs.</summary>
    public ImmutableArray<PropertyChange> Changes(ResourceRecord old, ResourceRecord now) =>
        [.. old.Inputs.Members.Keys.Union(now.Inputs.Members.Keys).Order(StringComparer.Ordinal)
            .SelectMany(property => Changes(old, now, property))];

    private IEnumerable<PropertyChange> Changes(ResourceRecord old, ResourceRecord now, string property)
    {
        var path = PropertyPath.Root.Member(property);
        var ignored = now.Options.IgnoreChanges.Select(PropertyPath.Pattern).ToList();
        var (before, after) = (old.Inputs.Members.GetValueOrDefault(property), now.Inputs.Members.GetValueOrDefault(property));
        var sources = now.PropertyDependencies.GetValueOrDefault(property, []);
        var seen = Kept(Difference.Between(path, before, after)).ToList();
        var hidden = Kept(Hidden(old, now, path)).Where(change => !seen.Any(other => Overlaps(change.Path, other.Path))).ToList();
        foreach (var change in seen)
        {
            var uncertain = change.HasUnknown && sources.Any(source => ActionOf(source) != ResourceAction.Same);
            yield return Judged(change, uncertain, null) with
            {
                Before = ShownValue.Of(change.Before),
                After = ShownValue.Of(change.After),
                Lines = Lines(change),
            };
        }

        foreach (var change in hidden)
        {
            yield return Judged(change, uncertain: false, null) with
            {
                Before = Computed(change.Before, Match.Sources(old, property)),
                After = Computed(change.After, sources),
                Lines = Lines(change),
            };
        }

        var unknown = Difference.Unknowns(path, after)
            .Where(place => !seen.Concat(hidden).Any(change => Overlaps(change.Path, place))
                && !ignored.Any(place.IsWithin)).ToList();
        var rewired = seen.Count + hidden.Count == 0 && Difference.Unknowns(path, before).Any()
            && !Match.Sources(old, property).SequenceEqual(sources);
        foreach (var place in unknown)
        {
            if (Cause(sources, place, rewired) is var (reason, uncertain))
            {
                yield return Judged(new(place, PropertyValue.UnknownValue, PropertyValue.UnknownValue), uncertain, reason) with
                {
                    Before = Computed(null, Match.Sources(old, property)),
                    After = Computed(null, sources),
                };
            }
        }

        IEnumerable<Difference> Kept(IEnumerable<Difference> changes) =>
            changes.Where(change => !ignored.Any(change.Path.IsWithin));

        PropertyChange Judged(Difference change, bool uncertain, string? reason)
        {
            var judgement = now.Options.ReplaceOnChanges.Select(PropertyPath.Pattern).Any(change.Path.IsWithin)
                ? new Judgement(ChangeEffect.Replace, "the program replaces on a change of it")
                : ReplaceRules.Judge(now.Type, change, old, now);
            var weakened = judgement.Effect == ChangeEffect.Replace && (uncertain || (change.HasUnknown && reason is null));
            return new PropertyChange
            {
                Path = change.Path,
                Effect = weakened ? ChangeEffect.Unknown : judgement.Effect,
                MayChange = uncertain,
                Reason = string.Join("; ", new[] { reason, judgement.Reason }.OfType<string>()) is { Length: > 0 } text ? text : null,
                Before = "",
                After = "",
            };
        }
    }

    /// <summary>
    /// Differences of the invented values, which stand for what only the cloud knows: a script that names a bucket is compared so.
    /// Where a source was renamed, its invented values differ for that alone, and nothing can be said.
    /// </summary>
    private IEnumerable<Difference> Hidden(ResourceRecord old, ResourceRecord now, PropertyPath path)
    {
        var renamed = old.PropertyDependencies.GetValueOrDefault(path.Property, [])
            .Any(source => Match.IsKept(source) && Match.Now(source) != source);
        return !renamed
            && Before.Resolved.GetValueOrDefault(old.Urn)?.Members.GetValueOrDefault(path.Property) is { } before
            && After.Resolved.GetValueOrDefault(now.Urn)?.Members.GetValueOrDefault(path.Property) is { } after
            ? Difference.Between(path, before, after)
            : [];
    }

    /// <summary>Why a value that only the cloud knows changes, and whether that is uncertain; null when it does not.</summary>
    private (string Reason, bool Uncertain)? Cause(ImmutableArray<string> sources, PropertyPath place, bool rewired)
    {
        var actions = sources.Select(source => (Name: NameOf(source), Action: ActionOf(source))).ToList();
        var replaced = actions.Where(source => source.Action == ResourceAction.Replace).ToList();
        if (replaced.Count > 0)
        {
            return ($"an output of {Names(replaced)}, which is replaced", replaced.Count < actions.Count);
        }

        if (actions.Where(source => source.Action == ResourceAction.UpdateOrReplace).ToList() is { Count: > 0 } unsure)
        {
            return ($"an output of {Names(unsure)}, which may be replaced", true);
        }

        if (rewired)
        {
            return ("it comes from other resources than before", actions.Count > 1);
        }

        // In-place updates leave ids as they are; what counts versions moves on.
        return place.Steps[^1].EndsWith("version", StringComparison.OrdinalIgnoreCase)
            && actions.Where(source => source.Action == ResourceAction.Update).ToList() is { Count: > 0 } updated
            ? ($"an output of {Names(updated)}, which is updated", true)
            : null;
    }

    private static string Names(IEnumerable<(string Name, ResourceAction Action)> sources) =>
        string.Join(", ", sources.Select(source => source.Name));

    private static bool Overlaps(PropertyPath one, PropertyPath other) => one.IsWithin(other.Steps) || other.IsWithin(one.Steps);

    private static ImmutableArray<string> Lines(Difference change) =>
        ShownValue.Script(change.Before) is { } before && ShownValue.Script(change.After) is { } after
            ? LineDiff.Between(before, after)
            : [];

    /// <summary>An invented value is not shown, for it would be taken for real; where it comes from is.</summary>
    private static string Computed(PropertyValue? invented, ImmutableArray<string> sources) =>
        ShownValue.Script(invented) is not null || sources.IsEmpty
            ? ShownValue.Computed
            : $"{ShownValue.Computed}, from {string.Join(", ", sources.Select(NameOf).Take(3))}{(sources.Length > 3 ? ", …" : "")}";

    private static string NameOf(string urn) => urn.Split("::")[^1];
}
