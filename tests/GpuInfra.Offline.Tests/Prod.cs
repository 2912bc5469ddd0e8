using System.Collections.Immutable;
using GpuInfra.Offline.Policies;
using Pulumi.Offline;

namespace GpuInfra.Offline.Tests;

/// <summary>The production stack, previewed once; tests spoil copies of it.</summary>
internal static class Prod
{
    private static readonly Lazy<Task<PreviewRecord>> Preview = new(() => RunAsync("prod"));

    public static Task<PreviewRecord> Record => Preview.Value;

    /// <summary>Previews a stack.</summary>
    public static Task<PreviewRecord> RunAsync(string stack) =>
        FleetPreview.RunAsync(PlanSource.OfStack(ProjectDirectory.At(Repository.Root)!, stack));

    /// <summary>The record in which the first resource of a type and name has another value at a path; null removes it.</summary>
    public static PreviewRecord With(
        this PreviewRecord record, string type, string name, PropertyValue? value, params string[] path)
    {
        return record.Changed(
            type, name, resource => resource with { Inputs = (PropertyValue.Map)Set(resource.Inputs, value, path) });
    }

    /// <summary>The record in which the first resource of a type and name is another.</summary>
    public static PreviewRecord Changed(
        this PreviewRecord record, string type, string name, Func<ResourceRecord, ResourceRecord> change)
    {
        var resources = record.Resolved.Resources;
        var resource = resources.First(resource =>
            resource.Type == type && resource.Name.Contains(name, StringComparison.Ordinal));
        return record with { Resolved = record.Resolved with { Resources = resources.Replace(resource, change(resource)) } };
    }

    /// <summary>The record without its resources of a type.</summary>
    public static PreviewRecord Without(this PreviewRecord record, string type) => record with
    {
        Resolved = record.Resolved with { Resources = record.Resolved.Resources.RemoveAll(resource => resource.Type == type) },
    };

    /// <summary>The record with one resource more.</summary>
    public static PreviewRecord Plus(this PreviewRecord record, string type, params (string Key, PropertyValue Value)[] inputs)
    {
        var some = record.Resolved.Resources.First(resource => resource.IsCustom && resource.ReadId is null);
        var more = some with
        {
            Urn = $"urn:pulumi:{record.Stack}::gpuinfra::{type}::planted",
            Type = type,
            Name = "planted",
            Inputs = (PropertyValue.Map)Map(inputs),
            Dependencies = [],
        };
        return record with { Resolved = record.Resolved with { Resources = record.Resolved.Resources.Add(more) } };
    }

    /// <summary>What of a record breaks a policy.</summary>
    public static IEnumerable<Finding> Find(this Policy<Evidence> policy, PreviewRecord record) => policy.Find(new Evidence(record));

    public static PropertyValue Text(string text) => new PropertyValue.Text(text);

    public static PropertyValue List(params PropertyValue[] items) => new PropertyValue.List([.. items]);

    public static PropertyValue Map(params (string Key, PropertyValue Value)[] members) =>
        new PropertyValue.Map(
            members.ToImmutableSortedDictionary(member => member.Key, member => member.Value, StringComparer.Ordinal));

    private static PropertyValue Set(PropertyValue? node, PropertyValue? value, ReadOnlySpan<string> path)
    {
        if (node is PropertyValue.List list)
        {
            return new PropertyValue.List(list.Items.SetItem(0, Set(list.Items[0], value, path)));
        }

        var members = (node as PropertyValue.Map ?? (PropertyValue.Map)Map()).Members;
        if (path.Length > 1)
        {
            return new PropertyValue.Map(members.SetItem(path[0], Set(members.GetValueOrDefault(path[0]), value, path[1..])));
        }

        return new PropertyValue.Map(value is null ? members.Remove(path[0]) : members.SetItem(path[0], value));
    }
}
