using System.Text.Json.Nodes;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Plans.Configs;
using GpuInfra.Planning.Plans.Profiles;
using GpuInfra.Planning.Plans.Reading;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Plans.Sections;

/// <summary><c>profile</c> of a demand: a measured profile by its name in the catalog, or a YAML file below the plan's folder.</summary>
internal static class ProfileSection
{
    private const string Extension = ".yaml";

    public static readonly PlanValue<DemandProfile> Value = new ScalarValue<DemandProfile>(
        "a demand profile: a name of the catalog, or a file below the plan's folder as chat.profile.yaml",
        (node, reading) => node.Text.EndsWith(Extension, StringComparison.Ordinal) ? OfFile(node, reading)
            : reading.Catalog.FindProfile(node.Text) is { } profile ? profile
            : Parsed<DemandProfile>.Refused(UnknownName.Of("profile", node.Text, reading.Catalog.Profiles.Select(known => known.Id), [])),
        () => new JsonObject
        {
            ["type"] = "string",
            ["examples"] = new JsonArray([.. Catalog.Embedded.Profiles.Select(profile => JsonValue.Create(profile.Id))]),
        });

    private static Parsed<DemandProfile> OfFile(ScalarNode node, PlanReading reading)
    {
        if (!reading.ReadsFiles)
        {
            return Parsed<DemandProfile>.Refused("cannot be read here: the plan does not come from a file");
        }

        var file = Path.Combine(Path.GetDirectoryName(node.File) ?? "", node.Text);
        return ConfigFile.Read(node.File, node.Text).Then(text => ProfileText.Read(text, file, reading) is { } profile
            ? profile
            : Parsed<DemandProfile>.Refused($"{HumanUnits.Quote(node.Text)} cannot be used"));
    }
}
