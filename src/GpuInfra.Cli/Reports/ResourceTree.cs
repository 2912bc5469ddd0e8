using System.Collections.Immutable;
using GpuInfra.Offline;
using Pulumi.Offline;

namespace GpuInfra.Cli.Reports;

/// <summary>
/// What would be created, by component: collapsed to the component's resource types with their counts, or with every resource.
/// </summary>
internal static class ResourceTree
{
    public static Block.Tree Of(PreviewRecord preview, bool verbose)
    {
        var children = preview.Preview.Resources.ToLookup(resource => resource.Parent ?? "");
        var managed = preview.Managed.Select(resource => resource.Urn).ToHashSet(StringComparer.Ordinal);
        var tops = children[""].SelectMany(stack => children[stack.Urn]);
        return new Block.Tree([.. verbose ? Whole(tops) : Collapsed(tops)]);

        IEnumerable<TreeNode> Whole(IEnumerable<ResourceRecord> resources) => Ordered(resources)
            .Where(resource => managed.Contains(resource.Urn) || children[resource.Urn].Any())
            .Select(resource => new TreeNode(
                $"{Short(resource.Type)}  {resource.Name}{Marks(resource)}", [.. Whole(children[resource.Urn])]));

        IEnumerable<TreeNode> Collapsed(IEnumerable<ResourceRecord> resources)
        {
            var all = Ordered(resources).ToList();
            var components = all.Where(resource => !resource.IsCustom)
                .Select(component => (component, inside: Collapsed(children[component.Urn]).ToImmutableArray()))
                .Where(pair => !pair.inside.IsEmpty)
                .Select(pair => new TreeNode($"{Short(pair.component.Type)}  {pair.component.Name}", pair.inside));
            var kinds = all.Where(resource => resource.IsCustom)
                .SelectMany(resource => Descendants(resource).Prepend(resource))
                .Where(resource => managed.Contains(resource.Urn))
                .GroupBy(resource => Short(resource.Type))
                .OrderBy(kind => kind.Key, StringComparer.Ordinal)
                .Select(kind => new TreeNode($"{Format.Count(kind.Count())} × {kind.Key}", []));
            return components.Concat(kinds);
        }

        IEnumerable<ResourceRecord> Descendants(ResourceRecord resource) =>
            children[resource.Urn].SelectMany(child => Descendants(child).Prepend(child));
    }

    /// <summary>A type token without its repetition: <c>aws:ec2/subnet:Subnet</c> becomes <c>aws.ec2.Subnet</c>.</summary>
    public static string Short(string type) => type.Split(':') is [var package, var module, var name]
        ? $"{package}.{module.Split('/')[0]}.{name}"
        : type;

    private static IEnumerable<ResourceRecord> Ordered(IEnumerable<ResourceRecord> resources) =>
        resources.OrderBy(resource => resource.Type, StringComparer.Ordinal)
            .ThenBy(resource => resource.Name, StringComparer.Ordinal);

    private static string Marks(ResourceRecord resource) =>
        (resource.Options.Protect ? "  [protected]" : "") + (resource.Options.RetainOnDelete ? "  [kept on delete]" : "");
}
