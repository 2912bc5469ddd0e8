using System.Text.Json.Nodes;
using Pulumi.Offline;

namespace GpuInfra.Tests;

/// <summary>States as <c>pulumi stack export</c> writes them, of what a run registered.</summary>
internal static class States
{
    public const string Signature = "4dabf18193072939515e22adb298388d";

    /// <summary>The state after a run was deployed without a hitch.</summary>
    public static JsonObject Of(RunRecord run) => new()
    {
        ["version"] = 3,
        ["deployment"] = new JsonObject
        {
            ["manifest"] = new JsonObject { ["time"] = "2026-11-28T06:00:00Z", ["magic"] = "", ["version"] = "v3.200.0" },
            ["secrets_providers"] = new JsonObject { ["type"] = "passphrase" },
            ["resources"] = new JsonArray([.. run.Resources.Select(resource => Resource(resource, run.Outputs))]),
        },
    };

    /// <summary>The resources of a state.</summary>
    public static JsonArray Resources(this JsonObject state) => state["deployment"]!["resources"]!.AsArray();

    /// <summary>The first resource of a type.</summary>
    public static JsonObject First(this JsonObject state, string type) =>
        state.Resources().First(resource => resource!["type"]!.GetValue<string>() == type)!.AsObject();

    private static JsonObject Resource(ResourceRecord resource, PropertyValue.Map outputs)
    {
        var node = new JsonObject
        {
            ["urn"] = resource.Urn,
            ["custom"] = resource.IsCustom,
            ["type"] = resource.Type,
            ["inputs"] = Value(resource.Inputs),
            ["outputs"] = Value(resource.Type == "pulumi:pulumi:Stack" ? outputs : resource.Inputs),
            ["dependencies"] = new JsonArray([.. resource.Dependencies.Select(urn => (JsonNode)urn)]),
            ["propertyDependencies"] = new JsonObject(resource.PropertyDependencies.Select(property =>
                KeyValuePair.Create<string, JsonNode?>(property.Key, new JsonArray([.. property.Value.Select(urn => (JsonNode)urn)])))),
            ["external"] = resource.ReadId is not null,
            ["protect"] = resource.Options.Protect,
            ["retainOnDelete"] = resource.Options.RetainOnDelete,
        };
        if (resource.IsCustom)
        {
            node["id"] = $"{resource.Name}-1234567";
            node["inputs"]!["__defaults"] = new JsonArray();
            node["provider"] = resource.Provider is { } provider
                ? $"{provider}::8f0c2f5e-0000-4000-8000-000000000000"
                : $"{string.Join("::", resource.Urn.Split("::").Take(2))}::pulumi:providers:{resource.Type.Split(':')[0]}::default_7_0_0::04da6b54-80e4-46f7-96ec-b56ff0331ba9";
        }

        if (resource.Parent is { } parent)
        {
            node["parent"] = parent;
        }

        return node;
    }

    private static JsonNode? Value(PropertyValue value) => value switch
    {
        PropertyValue.Map map => new JsonObject(map.Members.Select(member => KeyValuePair.Create(member.Key, Value(member.Value)))),
        PropertyValue.List list => new JsonArray([.. list.Items.Select(Value)]),
        PropertyValue.Secret => Signed("1b47061264138c4ac30d75fd1eb44270", ("ciphertext", "v1:made:up")),
        PropertyValue.ResourceReference reference => Signed("5cf8f73096256a8f31e491e813e4eb8e", ("urn", reference.Urn), ("id", "i-1")),
        PropertyValue.AssetValue { Kind: "assets" } => Signed("0def7320c3a5731c473e5ecbe6d01bc7", ("hash", "00")),
        PropertyValue.AssetValue { Kind: "string", Content: var text } => Signed("c44067f5952c0a294b673a41bacd8c17", ("hash", "00"), ("text", text)),
        PropertyValue.AssetValue => Signed("c44067f5952c0a294b673a41bacd8c17", ("hash", "00")),
        PropertyValue.Text text => text.Value,
        PropertyValue.Number number => number.Value,
        PropertyValue.Bool flag => flag.Value,
        _ => null,
    };

    private static JsonObject Signed(string kind, params (string Name, string Value)[] members) => new(
        members.Prepend((Name: Signature, Value: kind)).Select(member => KeyValuePair.Create<string, JsonNode?>(member.Name, member.Value)));
}
