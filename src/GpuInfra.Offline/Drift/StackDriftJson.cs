using GpuInfra.Offline.Diff;
using GpuInfra.Planning;

namespace GpuInfra.Offline.Drift;

/// <summary>A drift as <c>drift --json</c> writes it: members are added, never renamed.</summary>
public static class StackDriftJson
{
    /// <summary>The drift as one JSON document.</summary>
    public static string ToJson(StackDrift drift) => JsonText.Of(json =>
    {
        json.WriteStartObject();
        json.WriteString("stack", drift.Diff.Stack);
        json.WriteBoolean("drifted", !drift.IsNone);
        json.WriteString("planHash", drift.Diff.After.PlanHash);
        json.WriteString("deployedPlanHash", drift.DeployedPlan);
        json.WriteString("stateOf", drift.Time);
        json.WriteObjects("inCloud", drift.InCloud, change =>
        {
            json.WriteString("urn", change.Urn);
            json.WriteString("property", change.Property);
            json.WriteString("deployed", change.Deployed);
            json.WriteString("cloud", change.Cloud);
        });
        json.WriteStartArray("unfinished");
        foreach (var line in drift.Unfinished)
        {
            json.WriteStringValue(line);
        }

        json.WriteEndArray();
        json.WritePropertyName("deployment");
        RecordDiffJson.Write(json, drift.Diff);
        json.WriteEndObject();
    });
}
