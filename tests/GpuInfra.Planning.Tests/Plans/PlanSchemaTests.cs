using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Plans.Reading;
using GpuInfra.Planning.Plans.Sections;

namespace GpuInfra.Planning.Tests.Plans;

public class PlanSchemaTests
{
    private static readonly JsonObject Schema = JsonNode.Parse(PlanSchema.Json)!.AsObject();

    [Fact]
    public void The_committed_schema_is_fresh() => Golden.AssertFile("stacks/plan.schema.json", PlanSchema.Json);

    [Theory]
    [InlineData("base")]
    [InlineData("dev")]
    [InlineData("staging")]
    [InlineData("prod")]
    public void Every_stack_plan_satisfies_the_schema(string stack)
    {
        var reading = new PlanReading(Catalog.Embedded);
        var path = Path.Combine(Repository.Root, "stacks", $"{stack}.plan.yaml");
        var plan = YamlTree.Read(File.ReadAllText(path), path, reading);

        Assert.NotNull(plan);
        Assert.True(Satisfies(plan, Schema), path);
        Assert.StartsWith("# yaml-language-server: $schema=plan.schema.json\n", File.ReadAllText(path), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_key_is_explained() => Assert.All(
        Descendants(Schema).Where(schema => schema["properties"] is not null).SelectMany(schema => schema["properties"]!.AsObject()),
        property => Assert.Matches(@"^[A-Z].*[.:]", property.Value!["description"]!.GetValue<string>()));

    [Theory]
    [InlineData("scale", "1.5k")]
    [InlineData("scale", "1,000")]
    [InlineData("scale", "010")]
    [InlineData("scale", "many")]
    [InlineData("scale", "4")]
    [InlineData("scale", "-4")]
    [InlineData("inputTokensPerDay", "6B")]
    [InlineData("inputTokensPerDay", "6G")]
    public void Schema_and_reader_agree_on_demand(string key, string text)
    {
        var schema = DemandSection.Value.Schema()["properties"]![key]!.AsObject();
        var yaml = $$"""{ {{key}}: {{text}} }""".Replace("1,000", "\"1,000\"", StringComparison.Ordinal);
        var reading = new PlanReading(Catalog.Embedded);
        var map = YamlTree.Read(yaml, PlanYaml.File, reading)!;
        DemandSection.Value.TryRead(new Cursor(map, "", reading), out var draft);
        var read = key == "scale" ? draft.Fields.IsSound(DemandSection.Scale) : draft.Fields.IsSound(DemandSection.InputTokensPerDay);

        Assert.Equal(read, Satisfies(map.Find(key)!, schema));
    }

    /// <summary>The part of JSON Schema that plan schemas use.</summary>
    private static bool Satisfies(PlanNode node, JsonObject schema) =>
        (schema["anyOf"] is not JsonArray any || any.Any(option => Satisfies(node, option!.AsObject())))
        && schema["type"]?.GetValue<string>() switch
        {
            "object" => node is MapNode map && map.Entries.All(entry => Satisfies(entry, schema)),
            "array" => node is ListNode list && list.Items.All(item => Satisfies(item, schema["items"]!.AsObject())),
            "string" => node is ScalarNode text && Regex.IsMatch(text.Text, schema["pattern"]?.GetValue<string>() ?? ""),
            "number" or "integer" => node is ScalarNode { Quoted: false } number && Lies(number.Text, schema),
            _ => true,
        }
        && (schema["enum"] is not JsonArray words || words.Any(word => word!.GetValue<string>() == (node as ScalarNode)?.Text));

    private static bool Satisfies(MapEntry entry, JsonObject schema) => schema["properties"]?[entry.Key.Text] is { } known
        ? Satisfies(entry.Value, known.AsObject())
        : schema["additionalProperties"] is JsonObject other
            && Satisfies(entry.Key, schema["propertyNames"]!.AsObject())
            && Satisfies(entry.Value, other);

    private static bool Lies(string text, JsonObject schema) =>
        Regex.IsMatch(text, "^-?(0|[1-9][0-9]*)([.][0-9]+)?$")
        && double.Parse(text, System.Globalization.CultureInfo.InvariantCulture) is var number
        && number >= schema["minimum"]!.GetValue<double>()
        && number <= schema["maximum"]!.GetValue<double>();

    private static IEnumerable<JsonObject> Descendants(JsonNode node) => node switch
    {
        JsonObject part => part.SelectMany(pair => pair.Value is null ? [] : Descendants(pair.Value)).Prepend(part),
        JsonArray list => list.SelectMany(item => item is null ? [] : Descendants(item)),
        _ => [],
    };
}
