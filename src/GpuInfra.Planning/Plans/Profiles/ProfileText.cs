using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Plans.Reading;

namespace GpuInfra.Planning.Plans.Profiles;

/// <summary>Demand profiles as text: what <c>gpuinfra profile</c> writes, and a plan reads.</summary>
public static class ProfileText
{
    /// <summary>The profile as YAML, a few kilobytes.</summary>
    public static string ToYaml(DemandProfile profile) => YamlText.Of(Node(profile));

    /// <summary>The profile as JSON; the catalog's <c>profiles.json</c> has such rows.</summary>
    public static string ToJson(DemandProfile profile) => JsonText.Of(json => Node(profile).WriteTo(json));

    /// <summary>Reads a profile; null after noting what is wrong with it.</summary>
    internal static DemandProfile? Read(string text, string file, PlanReading reading)
    {
        reading.Open(file);
        if (YamlTree.Read(text, file, reading) is not { } map)
        {
            return null;
        }

        try
        {
            return ToJson(map).Deserialize(CatalogJson.Default.ProfileRow)!.ToProfile();
        }
        catch (Exception problem) when (problem is JsonException or InvalidDataException)
        {
            reading.Refuse(map, "", $"is not a profile as gpuinfra profile writes them: {Reason(problem)}");
            return null;
        }
    }

    private static JsonObject Node(DemandProfile profile) =>
        JsonSerializer.SerializeToNode(ProfileRow.Of(profile), CatalogJson.Default.ProfileRow)!.AsObject();

    private static string Reason(Exception problem) => problem is JsonException { Path: { Length: > 2 } path }
        ? $"{path[2..]} is missing, unknown or of the wrong kind"
        : problem is InvalidDataException ? problem.Message : "a key is missing, or there is one too many";

    private static JsonNode? ToJson(PlanNode node) => node switch
    {
        MapNode map => new JsonObject(map.Entries.Select(entry => KeyValuePair.Create(entry.Key.Text, ToJson(entry.Value)))),
        ListNode list => new JsonArray([.. list.Items.Select(ToJson)]),
        ScalarNode { IsNull: true } => null,
        ScalarNode { Quoted: false } scalar when double.TryParse(scalar.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out _) => JsonNode.Parse(scalar.Text),
        _ => JsonValue.Create(((ScalarNode)node).Text),
    };
}
