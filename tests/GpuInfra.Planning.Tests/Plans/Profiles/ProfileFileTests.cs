using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Plans.Profiles;

namespace GpuInfra.Planning.Tests.Plans.Profiles;

public sealed class ProfileFileTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("gpuinfra-profile-").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Theory]
    [InlineData("azure-conv-2023")]
    [InlineData("azure-code-2023")]
    public void A_profile_beside_the_plan_counts_like_the_same_one_of_the_catalog(string id)
    {
        var profile = A.Profile(id);
        File.WriteAllText(Path.Combine(_root, "chat.profile.yaml"), ProfileText.ToYaml(profile));
        var read = Assert.IsType<DemandSource.Profiled>(Load("chat.profile.yaml").Workloads[0].Demand).Profile;
        Assert.Equal(ProfileText.ToJson(profile), ProfileText.ToJson(read));
    }

    [Theory]
    [InlineData("requests: 19366", "requests: 19367", "lengths do not add up to requests")]
    [InlineData("dispersion", "disperson", "disperson is missing, unknown or of the wrong kind")]
    [InlineData("skippedRows: 0\n", "", "a key is missing")]
    [InlineData("hourOfDay: []", "hourOfDay: [1, 2]", "hourOfDay has 24 values or none")]
    [InlineData("[100, 14050]", "[100, 1]", "inputTokens must have rising percentiles")]
    public void A_damaged_profile_is_refused_where_it_is_named(string part, string damaged, string message)
    {
        var text = ProfileText.ToYaml(A.Profile("azure-conv-2023"));
        Assert.Contains(part, text, StringComparison.Ordinal);
        File.WriteAllText(Path.Combine(_root, "chat.profile.yaml"), text.Replace(part, damaged, StringComparison.Ordinal));
        var problems = Assert.Throws<PlanException>(() => Load("chat.profile.yaml")).Problems;
        Assert.Contains(problems, problem => problem.File.EndsWith("chat.profile.yaml", StringComparison.Ordinal) && problem.Message.Contains(message, StringComparison.Ordinal));
        Assert.Contains(problems, problem => problem.Path == "workloads.chat.demand.profile");
    }

    [Theory]
    [InlineData("../chat.profile.yaml", "must be a file below the plan's folder")]
    [InlineData("lost.yaml", "there is no file \"lost.yaml\"")]
    [InlineData("azure-conv-203", "did you mean \"azure-conv-2023\"")]
    public void What_is_not_there_is_refused(string name, string message) =>
        Assert.Contains(message, Assert.Throws<PlanException>(() => Load(name)).Message, StringComparison.Ordinal);

    private CapacityPlan Load(string profile)
    {
        var plan = Path.Combine(_root, "prod.plan.yaml");
        File.WriteAllText(plan, $$"""
            version: 1
            environment: prod
            start: 2026-12
            clouds: { aws: { account: "111122223333", share: 100%, regions: [us-east-1] } }
            workloads:
              - name: chat
                kind: online
                model: llama-3.1-8b
                latency: { timeToFirstToken: 2s, timePerOutputToken: 50ms }
                demand: { profile: {{profile}}, scale: 4 }
            """);
        return PlanFile.Load(plan, A.Catalog);
    }
}
