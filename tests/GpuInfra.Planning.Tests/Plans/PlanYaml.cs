using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Plans;

namespace GpuInfra.Planning.Tests.Plans;

/// <summary>Plan files as text: a small valid one, to be changed by replacing parts of it.</summary>
internal static class PlanYaml
{
    public const string File = "x.yaml";

    public const string Small = """
        version: 1
        environment: prod
        start: 2026-12
        teams: { support: { owner: a@example.com, costCenter: cc-42 } }
        clouds:
          aws: { account: "111122223333", share: 70%, regions: [us-east-1] }
          gcp: { project: acme-prod, share: 30%, regions: [us-central1] }
        servings:
          - name: assistant
            kind: online
            model: llama-3.1-8b
            maxContextTokens: 16384
            latency: { timeToFirstToken: 2s, timePerOutputToken: 50ms }
        workloads:
          - name: chat
            team: support
            serving: assistant
            demand: { profile: azure-conv-2023, scale: 4 }
          - name: index
            team: support
            kind: embedding
            model: bge-large
            demand: { inputTokensPerDay: 6B, requestsPerDay: 15M }

        """;

    /// <summary>The small plan with one part of it replaced; the part must be there.</summary>
    public static string With(string part, string replacement)
    {
        Assert.Contains(part, Small, StringComparison.Ordinal);
        return Small.Replace(part, replacement, StringComparison.Ordinal);
    }

    /// <summary>The small plan with keys added at its end.</summary>
    public static string Plus(string keys) => Small + keys + "\n";

    public static CapacityPlan Read(string yaml) => PlanFile.Parse(yaml, File, Catalog.Embedded);

    /// <summary>All problems of a plan, a line each.</summary>
    public static string Problems(string yaml) => Assert.Throws<PlanException>(() => Read(yaml)).Message;

    /// <summary>What a plan means, so that two plans can be compared.</summary>
    public static string Meaning(CapacityPlan plan) => PlanFingerprint.Of(plan, "");
}
