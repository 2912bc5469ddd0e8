using System.Collections.Immutable;
using Pulumi.Offline;

namespace GpuInfra.Offline.Diff;

/// <summary>Puts resources after those that their inputs derive from.</summary>
internal static class DependencyOrder
{
    /// <summary>The resources in order; a circle, which no program can register, is cut somewhere.</summary>
    public static IEnumerable<ResourceRecord> Of(ImmutableArray<ResourceRecord> resources)
    {
        var byUrn = resources.ToDictionary(resource => resource.Urn, StringComparer.Ordinal);
        var entered = new HashSet<string>(StringComparer.Ordinal);
        var open = new Stack<(ResourceRecord Resource, bool Entered)>();
        foreach (var root in resources)
        {
            open.Push((root, false));
            while (open.TryPop(out var top))
            {
                if (top.Entered)
                {
                    yield return top.Resource;
                }
                else if (entered.Add(top.Resource.Urn))
                {
                    open.Push((top.Resource, true));
                    foreach (var urn in top.Resource.PropertyDependencies.Values.SelectMany(urns => urns))
                    {
                        if (byUrn.TryGetValue(urn, out var source))
                        {
                            open.Push((source, false));
                        }
                    }
                }
            }
        }
    }
}
