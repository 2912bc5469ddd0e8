using System.Text.Json;
using GpuInfra.Offline.Diff;
using GpuInfra.Planning;

namespace GpuInfra.Offline.Drift;

/// <summary>A drift as <c>drift --json</c> writes it: members are added, never renamed.</summary>
public static class StackDriftJson
{
    /// <summary>The drift as members of an object.</summary>
    public static void Write(Utf8JsonWriter json, StackDrift drift)
    {
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
        json.WriteStrings("unfinished", drift.Unfinished);
        json.WritePropertyName("deployment");
        RecordDiffJson.Write(json, drift.Diff);
    }
}
