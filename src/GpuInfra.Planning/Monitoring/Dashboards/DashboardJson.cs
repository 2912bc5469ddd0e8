using System.Text.Json;

namespace GpuInfra.Planning.Monitoring.Dashboards;

/// <summary>A page as Grafana reads it from a file (dashboard JSON of schema version 39, Grafana 11).</summary>
public static class DashboardJson
{
    private const int SchemaVersion = 39;
    private const int Width = 12;
    private const int Height = 8;

    /// <summary>The page as text. It takes the data source that its reader chooses, the default one at first.</summary>
    public static string ToText(Dashboard dashboard) => JsonText.Of(json =>
    {
        json.WriteStartObject();
        json.WriteString("uid", dashboard.Id);
        json.WriteString("title", dashboard.Title);
        json.WriteStartArray("tags");
        json.WriteStringValue("gpuinfra");
        json.WriteEndArray();
        json.WriteNumber("schemaVersion", SchemaVersion);
        json.WriteBoolean("editable", false);
        json.WriteString("refresh", "30s");
        json.WriteString("timezone", "browser");
        json.WriteStartObject("time");
        json.WriteString("from", "now-6h");
        json.WriteString("to", "now");
        json.WriteEndObject();
        json.WriteStartObject("templating");
        json.WriteStartArray("list");
        Variable(json, "datasource", "datasource", "Data source", "prometheus");
        if (dashboard.Filter is var (label, series))
        {
            Variable(json, label, "query", char.ToUpperInvariant(label[0]) + label[1..], $"label_values({series}, {label})");
        }

        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteStartArray("panels");
        for (var index = 0; index < dashboard.Panels.Length; index++)
        {
            Write(json, dashboard.Panels[index], index);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    });

    private static void Variable(Utf8JsonWriter json, string name, string type, string label, string query)
    {
        json.WriteStartObject();
        json.WriteString("name", name);
        json.WriteString("type", type);
        json.WriteString("label", label);
        json.WriteString("query", query);
        if (type == "query")
        {
            Source(json);
            json.WriteNumber("refresh", 2); // When the time range changes.
            json.WriteBoolean("includeAll", true);
            json.WriteBoolean("multi", true);
            json.WriteString("allValue", ".*");
            json.WriteStartObject("current");
            json.WriteString("text", "All");
            json.WriteString("value", "$__all");
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, Panel panel, int index)
    {
        json.WriteStartObject();
        json.WriteNumber("id", index + 1);
        json.WriteString("title", panel.Title);
        json.WriteString("type", panel.IsNumber ? "stat" : "timeseries");
        Source(json);
        json.WriteStartObject("gridPos");
        json.WriteNumber("x", index % 2 * Width);
        json.WriteNumber("y", index / 2 * Height);
        json.WriteNumber("w", Width);
        json.WriteNumber("h", Height);
        json.WriteEndObject();
        json.WriteStartObject("fieldConfig");
        json.WriteStartObject("defaults");
        json.WriteString("unit", panel.Unit);
        json.WriteEndObject();
        json.WriteStartArray("overrides");
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteStartArray("targets");
        for (var query = 0; query < panel.Queries.Length; query++)
        {
            json.WriteStartObject();
            json.WriteString("refId", ((char)('A' + query)).ToString());
            Source(json);
            json.WriteString("expr", panel.Queries[query].Expression);
            json.WriteString("legendFormat", panel.Queries[query].Legend);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Source(Utf8JsonWriter json)
    {
        json.WriteStartObject("datasource");
        json.WriteString("type", "prometheus");
        json.WriteString("uid", "${datasource}");
        json.WriteEndObject();
    }
}
