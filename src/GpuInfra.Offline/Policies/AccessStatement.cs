using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using Pulumi.Offline;

namespace GpuInfra.Offline.Policies;

/// <summary>A statement of an AWS policy document.</summary>
internal sealed record AccessStatement
{
    public required bool Allows { get; init; }

    public required ImmutableArray<string> Actions { get; init; }

    public required ImmutableArray<string> Resources { get; init; }

    /// <summary>Keys that allow everything but what they list: NotAction, NotResource, NotPrincipal.</summary>
    public required ImmutableArray<string> Inversions { get; init; }

    public required bool IsForAnyone { get; init; }

    public required bool HasCondition { get; init; }

    /// <summary>What its conditions compare, each with the values: <c>aws:ResourceTag/environment</c> and <c>prod</c>.</summary>
    public required ImmutableArray<(string Key, string Value)> Conditions { get; init; }

    public required bool DeniesPlainHttp { get; init; }

    /// <summary>The statements of a document; none when it cannot be read, which the schema and AWS refuse.</summary>
    public static IEnumerable<AccessStatement> Read(PropertyValue? document)
    {
        try
        {
            var statements = document.TextAt() is { } text ? JsonNode.Parse(text)?["Statement"] : null;
            return [.. (statements as JsonArray ?? [statements?.DeepClone()]).OfType<JsonObject>().Select(Of)];
        }
        catch (Exception unreadable) when (unreadable is JsonException or InvalidOperationException)
        {
            return [];
        }
    }

    private static AccessStatement Of(JsonObject statement)
    {
        var (allows, actions) = (Text(statement["Effect"]) == "Allow", Texts(statement["Action"]));
        return new AccessStatement
        {
            Allows = allows,
            Actions = actions,
            Resources = Texts(statement["Resource"]),
            Inversions = [.. statement.Select(member => member.Key).Where(key => key.StartsWith("Not", StringComparison.Ordinal))],
            IsForAnyone = Texts(statement["Principal"]).Contains("*")
                || (statement["Principal"] is JsonObject principals && principals.Any(who => Texts(who.Value).Contains("*"))),
            HasCondition = statement["Condition"] is not null,
            Conditions = [.. ConditionsOf(statement["Condition"])],
            DeniesPlainHttp = !allows
                && actions.Any(action => action is "*" or "s3:*")
                && Text((statement["Condition"]?["Bool"] as JsonObject)?["aws:SecureTransport"]) == "false",
        };
    }

    private static IEnumerable<(string Key, string Value)> ConditionsOf(JsonNode? condition) =>
        from test in (condition as JsonObject)?.Select(member => member.Value).OfType<JsonObject>() ?? []
        from key in test
        from value in Texts(key.Value)
        select (key.Key, value);

    private static ImmutableArray<string> Texts(JsonNode? node) => node switch
    {
        JsonArray items => [.. items.Select(Text).OfType<string>()],
        JsonValue => [Text(node)!],
        _ => [],
    };

    private static string? Text(JsonNode? node) => node is JsonValue value ? value.ToString() : null;
}
