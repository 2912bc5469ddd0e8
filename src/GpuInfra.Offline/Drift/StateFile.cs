using System.Collections.Immutable;
using System.Text.Json;
using GpuInfra.Offline.Diff.Reading;
using GpuInfra.Planning.Plans;
using Pulumi.Offline;

namespace GpuInfra.Offline.Drift;

/// <summary>A file that <c>pulumi stack export</c> wrote: version 3 of a deployment (pulumi/pulumi, <c>sdk/go/common/apitype</c>, read 2026-11-29).</summary>
public static class StateFile
{
    private const int Version = 3;
    private const string StackType = "pulumi:pulumi:Stack";

    /// <summary>Reads a state.</summary>
    /// <param name="path">The file.</param>
    /// <param name="shown">The file as the user wrote it.</param>
    /// <exception cref="PlanException">It is missing, too large, cut off, no state, of another version, or of several stacks.</exception>
    public static DeployedStack Read(string path, string shown) => JsonFile.Read(path, shown, "what `pulumi stack export --file FILE` wrote", Read);

    private static DeployedStack Read(RecordNode root)
    {
        if (root["version"].Count is var version && version != Version)
        {
            throw new RecordFormatException("version", FormattableString.Invariant($"{Version}, the only one that is known here, not {version}"));
        }

        var deployment = root["deployment"];
        var nodes = (deployment.Find("resources") is { } list ? list.Items : []).ToList();
        var living = nodes.Where(node => !(node.Find("delete")?.Flag ?? false)).Select(Resource).ToImmutableArray();
        var urns = new HashSet<string>(StringComparer.Ordinal);
        if (living.FirstOrDefault(resource => !urns.Add(resource.Resource.Urn)) is { } twice)
        {
            throw new RecordFormatException("deployment.resources", $"every URN once among what is not to be deleted; {twice.Resource.Urn} is there twice");
        }

        var names = urns.Select(Owner).Distinct().ToList();
        return names switch
        {
            [] => throw new RecordFormatException("deployment.resources", "at least one resource: this stack was never deployed, or was destroyed"),
            [var (stack, project)] => new DeployedStack
            {
                Stack = stack,
                Project = project,
                Time = deployment.Find("manifest")?.Find("time")?.Text,
                Resources = living,
                Pending = [.. (deployment.Find("pending_operations") is { } pending ? pending.Items : []).Select(
                    operation => $"{operation["type"].Text} {operation["resource"]["urn"].Text}")],
                ToBeDeleted = [.. nodes.Where(node => node.Find("delete")?.Flag ?? false).Select(node => node["urn"].Text)],
                Outputs = living.FirstOrDefault(resource => resource.Resource.Type == StackType)?.Outputs ?? Empty,
            },
            _ => throw new RecordFormatException("deployment.resources", $"resources of one stack, not of {string.Join(", ", names.Select(name => $"{name.Project}/{name.Stack}"))}"),
        };
    }

    private static PropertyValue.Map Empty { get; } = new(ImmutableSortedDictionary<string, PropertyValue>.Empty);

    private static DeployedResource Resource(RecordNode node)
    {
        var urn = node["urn"].Text;
        _ = Owner(urn);
        var id = node.Find("id")?.Text ?? "";
        return new DeployedResource(
            new ResourceRecord
            {
                Urn = urn,
                Type = node["type"].Text,
                Name = urn.Split("::", 4)[3],
                IsCustom = node["custom"].Flag,
                Parent = node.Find("parent")?.Text,
                Provider = node.Find("provider")?.Text is { } provider ? ProviderOf(provider) : null,
                ReadId = node.Find("external")?.Flag ?? false ? id : null,
                Options = new RecordedOptions
                {
                    Protect = node.Find("protect")?.Flag ?? false,
                    RetainOnDelete = node.Find("retainOnDelete")?.Flag ?? false,
                },
                Inputs = node.Find("inputs") is { } inputs ? StateValues.Map(inputs) : Empty,
                Dependencies = RecordValues.Texts(node, "dependencies"),
                PropertyDependencies = RecordValues.Sources(node),
            },
            id,
            node.Find("outputs") is { } outputs ? StateValues.Map(outputs) : Empty);
    }

    /// <summary>The URN of a provider that is referred to as <c>urn::id</c>; null for one that Pulumi makes by itself.</summary>
    private static string? ProviderOf(string reference)
    {
        var urn = reference[..Math.Max(0, reference.LastIndexOf("::", StringComparison.Ordinal))];
        return urn.Split("::")[^1].StartsWith("default", StringComparison.Ordinal) ? null : urn;
    }

    private static (string Stack, string Project) Owner(string urn) =>
        urn.Split("::", 4) is [var head, var project, _, _] && head.Split(':') is ["urn", "pulumi", var stack]
            ? (stack, project)
            : throw new RecordFormatException("deployment.resources", $"URNs as urn:pulumi:stack::project::type::name, not {JsonSerializer.Serialize(urn)}");
}
