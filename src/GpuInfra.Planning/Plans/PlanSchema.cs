using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using GpuInfra.Planning.Plans.Sections;

namespace GpuInfra.Planning.Plans;

/// <summary>
/// The JSON Schema of plan files, for editors. It is made from the keys that the reader reads by, so it cannot differ from it; rules
/// between keys, and what is required, are the reader's alone, since a file that extends another need not be whole.
/// </summary>
public static class PlanSchema
{
    private static readonly JsonSerializerOptions Indented = new()
    {
        WriteIndented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>The schema (draft 2020-12), indented, with a line break at its end.</summary>
    public static string Json { get; } = Make();

    private static string Make()
    {
        var schema = new JsonObject
        {
            ["$schema"] = "https://json-schema.org/draft/2020-12/schema",
            ["title"] = "GpuInfra capacity plan",
            ["description"] = "What a GPU fleet must serve, where, how safely, and for how much.",
        };
        foreach (var (name, node) in PlanSection.Value.Schema())
        {
            schema[name] = node?.DeepClone();
        }

        return schema.ToJsonString(Indented) + "\n";
    }
}
