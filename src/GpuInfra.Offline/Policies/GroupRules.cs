using System.Globalization;
using Pulumi.Offline;

namespace GpuInfra.Offline.Policies;

/// <summary>Policies of how groups and templates are written down.</summary>
internal static class GroupRules
{
    private const string MixedTemplate = "mixedInstancesPolicy";

    /// <summary>What AWS accepts as a machine's weight.</summary>
    private const int MostWeight = 999;

    /// <summary>A replacement comes before what it replaces, and two things cannot have one name.</summary>
    public static Policy<Evidence> NoFixedNames { get; } = new(
        "no-fixed-names",
        "templates and groups let the engine name them",
        "take the name out of the inputs; the resource's own name makes one that is free.",
        evidence => evidence.Look(resource =>
            resource.Type == ResourceTypes.LaunchTemplate
                || ResourceTypes.Groups.Contains(resource.Type)
                || ResourceTypes.GoogleTemplates.Contains(resource.Type)
                ? Values.Unless(resource.Inputs.At("name") is null, "its name is fixed: it cannot be replaced before it is deleted")
                : null));

    /// <summary>A group on "$Latest" sees no change and starts no refresh.</summary>
    public static Policy<Evidence> PinnedTemplateVersion { get; } = new(
        "pinned-template-version",
        "every group names the version of its launch template",
        "use the launch template's LatestVersion output as version, never \"$Latest\" or \"$Default\".",
        evidence => evidence.Look(resource => resource.Type is ResourceTypes.AutoScalingGroup or ResourceTypes.EksNodeGroup ? Unpinned(resource.Inputs) : null));

    /// <summary>AWS takes weights for all machine types of a group or for none.</summary>
    public static Policy<Evidence> LadderWeights { get; } = new(
        "ladder-weights",
        "the rungs of a ladder all have a weight, or none has",
        $"give every override a weightedCapacity, a whole number from 1 to {MostWeight}: the replicas on one machine.",
        evidence => evidence.Look(resource =>
            resource.Type == ResourceTypes.AutoScalingGroup && Overrides(resource.Inputs) is { Count: > 0 } rungs ? Weights(rungs) : null));

    private static List<PropertyValue> Overrides(PropertyValue group) =>
        [.. group.ListAt(MixedTemplate, "launchTemplate", "overrides")];

    private static IEnumerable<string> Weights(List<PropertyValue> rungs)
    {
        var weights = rungs.Select(rung => rung.TextAt("weightedCapacity")).ToList();
        var missing = weights.Count(weight => weight is null);
        if (missing > 0 && missing < weights.Count)
        {
            yield return $"{missing} of {weights.Count} rungs have no weight";
        }

        foreach (var weight in weights.OfType<string>().Where(weight => !IsWeight(weight)).Distinct())
        {
            yield return $"the weight {weight} is not a whole number from 1 to {MostWeight}";
        }
    }

    private static bool IsWeight(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var weight) && weight is >= 1 and <= MostWeight;

    private static IEnumerable<string> Unpinned(PropertyValue group)
    {
        var specifications = new[]
            {
                group.At("launchTemplate"),
                group.At(MixedTemplate, "launchTemplate", "launchTemplateSpecification"),
            }
            .Concat(Overrides(group).Select(rung => rung.At("launchTemplateSpecification")))
            .Where(specification => specification is not null);
        return specifications.Select(specification => specification.TextAt("version") ?? "")
            .Where(version => version.Length == 0 || version.StartsWith('$'))
            .Select(version => $"the launch template's version is {(version.Length == 0 ? "not set, which means $Default" : version)}")
            .Distinct();
    }
}
