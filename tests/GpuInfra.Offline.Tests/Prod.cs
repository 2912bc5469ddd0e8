using System.Collections.Immutable;
using Pulumi.Offline;

namespace GpuInfra.Offline.Tests;

/// <summary>The production stack, previewed once; tests spoil copies of it.</summary>
internal static class Prod
{
    private static readonly Lazy<Task<PreviewRecord>> Preview = new(() => RunAsync("prod"));

    public static Task<PreviewRecord> Record => Preview.Value;

    public static Task<PreviewRecord> RunAsync(string stack) =>
        FleetPreview.RunAsync(PlanSource.OfStack(ProjectDirectory.At(Repository.Root)!, stack));

    /// <summary>The record in which the first resource of a type and name has another value at a path; null removes it.</summary>
    public static PreviewRecord With(
        this PreviewRecord record, string type, string name, PropertyValue? value, params string[] path)
    {
        var resources = record.Resolved.Resources;
        var resource = resources.First(resource =>
            resource.Type == type && resource.Name.Contains(name, StringComparison.Ordinal));
        var changed = resource with { Inputs = (PropertyValue.Map)Set(resource.Inputs, value, path) };
        return record with { Resolved = record.Resolved with { Resources = resources.Replace(resource, changed) } };
    }

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
