using System.Collections.Immutable;
using Pulumi.Offline;

namespace GpuInfra.Offline.Diff;

/// <summary>A place where two values differ.</summary>
/// <param name="Path">The place.</param>
/// <param name="Before">What stood there; null for nothing.</param>
/// <param name="After">What stands there; null for nothing.</param>
internal sealed record Difference(PropertyPath Path, PropertyValue? Before, PropertyValue? After)
{
    /// <summary>True where nothing stood or nothing stands.</summary>
    public bool IsAddOrRemove => Before is null != After is null;

    /// <summary>Whether one side is known only to the cloud.</summary>
    public bool HasUnknown => Before is PropertyValue.Unknown || After is PropertyValue.Unknown;

    /// <summary>Whether this is an item of the list at a place.</summary>
    public bool IsItemOf(ImmutableArray<string> list) =>
        Path.Steps.Length == list.Length + 1 && Path.Steps[^1].StartsWith('[') && Path.IsWithin(list);

    /// <summary>
    /// The differences between two values, each as deep as it goes. Two unknowns do not differ; two secrets nobody can compare, so
    /// they are no difference either.
    /// </summary>
    public static IEnumerable<Difference> Between(PropertyPath path, PropertyValue? before, PropertyValue? after)
    {
        before = before is PropertyValue.Null ? null : before;
        after = after is PropertyValue.Null ? null : after;
        return (before, after) switch
        {
            (null, null) or (PropertyValue.Unknown, PropertyValue.Unknown) or (PropertyValue.Secret, PropertyValue.Secret) => [],
            (PropertyValue.Map old, PropertyValue.Map current) => old.Members.Keys.Union(current.Members.Keys)
                .Order(StringComparer.Ordinal)
                .SelectMany(name => Between(
                    path.Member(name), old.Members.GetValueOrDefault(name), current.Members.GetValueOrDefault(name))),
            (PropertyValue.List old, PropertyValue.List current) => Enumerable
                .Range(0, Math.Max(old.Items.Length, current.Items.Length))
                .SelectMany(i => Between(path.Item(i), old.Items.ElementAtOrDefault(i), current.Items.ElementAtOrDefault(i))),
            _ => Equals(before, after) ? [] : [new Difference(path, before, after)],
        };
    }

    /// <summary>The places of secrets in a value.</summary>
    public static IEnumerable<PropertyPath> Secrets(PropertyPath path, PropertyValue? value) => value switch
    {
        PropertyValue.Secret => [path],
        PropertyValue.Map map => map.Members.SelectMany(member => Secrets(path.Member(member.Key), member.Value)),
        PropertyValue.List list => list.Items.SelectMany((item, i) => Secrets(path.Item(i), item)),
        _ => [],
    };

    /// <summary>The places of unknowns in a value.</summary>
    public static IEnumerable<PropertyPath> Unknowns(PropertyPath path, PropertyValue? value) => value switch
    {
        PropertyValue.Unknown => [path],
        PropertyValue.Map map => map.Members.SelectMany(member => Unknowns(path.Member(member.Key), member.Value)),
        PropertyValue.List list => list.Items.SelectMany((item, i) => Unknowns(path.Item(i), item)),
        _ => [],
    };
}
