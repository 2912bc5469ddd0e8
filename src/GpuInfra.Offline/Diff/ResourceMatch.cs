using System.Collections.Frozen;
using System.Collections.Immutable;
using Pulumi.Offline;

namespace GpuInfra.Offline.Diff;

/// <summary>Which resource of the old record is which of the new: by URN, else by an alias that names the old URN.</summary>
internal sealed class ResourceMatch
{
    private readonly FrozenDictionary<string, ResourceRecord> _before;
    private readonly FrozenDictionary<string, ResourceRecord> _after;
    private readonly Dictionary<string, string> _oldUrns = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _newUrns = new(StringComparer.Ordinal);

    public ResourceMatch(StackRecord before, StackRecord after)
    {
        _before = before.Resources.ToFrozenDictionary(resource => resource.Urn, StringComparer.Ordinal);
        _after = after.Resources.ToFrozenDictionary(resource => resource.Urn, StringComparer.Ordinal);
        foreach (var resource in after.Resources.Where(resource => _before.ContainsKey(resource.Urn)))
        {
            Pair(resource.Urn, resource.Urn);
        }

        foreach (var resource in after.Resources.Where(resource => !_oldUrns.ContainsKey(resource.Urn)))
        {
            if (resource.Options.Aliases.FirstOrDefault(alias => _before.ContainsKey(alias) && !_newUrns.ContainsKey(alias)) is { } old)
            {
                Pair(old, resource.Urn);
            }
        }
    }

    /// <summary>The old record of a resource; null when it is new.</summary>
    public ResourceRecord? Before(string urn) => _oldUrns.TryGetValue(urn, out var old) ? _before[old] : null;

    /// <summary>What an old URN is called now; itself when the resource is gone.</summary>
    public string Now(string oldUrn) => _newUrns.GetValueOrDefault(oldUrn, oldUrn);

    /// <summary>A resource of the new record; null when there is none of this URN.</summary>
    public ResourceRecord? After(string urn) => _after.GetValueOrDefault(urn);

    /// <summary>Whether a resource of the old record is still there.</summary>
    public bool IsKept(string oldUrn) => _newUrns.ContainsKey(oldUrn);

    /// <summary>What an old input derives from, by new names, ordered.</summary>
    public ImmutableArray<string> Sources(ResourceRecord old, string property) =>
        [.. old.PropertyDependencies.GetValueOrDefault(property, []).Select(Now).Order(StringComparer.Ordinal)];

    private void Pair(string oldUrn, string newUrn)
    {
        _oldUrns[newUrn] = oldUrn;
        _newUrns[oldUrn] = newUrn;
    }
}
