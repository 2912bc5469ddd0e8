using System.Text.Json;
using Pulumi;

namespace GpuInfra.Infra.Tests;

/// <summary>The program from end to end, on the repository's own plan and configuration as the engine hands it over.</summary>
public sealed class StackTests : IDisposable
{
    private const string Variable = "PULUMI_CONFIG";

    private static readonly Dictionary<string, string> Configuration = new()
    {
        ["gpuinfra:plan"] = "dev.plan.yaml",
        ["gpuinfra:images"] = """{"aws": {"us-east-1": "ami-0123456789abcdef0"}}""",
        ["gpuinfra:engineImage"] = """{"aws": "vllm-openai@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"}""",
        ["gpuinfra:weights"] = """{"llama-3.1-8b/bf16": "r1", "llama-3.3-70b/bf16": "r1", "mixtral-8x7b/bf16": "r1", "bge-large/fp16": "r1"}""",
    };

    private readonly string? _before = Environment.GetEnvironmentVariable(Variable);

    public void Dispose() => Environment.SetEnvironmentVariable(Variable, _before);

    [Fact]
    public async Task The_development_stack_deploys()
    {
        var deployed = await Deploy([]);

        Assert.NotEmpty(deployed.All("aws:autoscaling/group:Group"));
        Assert.Equal(64, Assert.IsType<string>(deployed.Outputs["planHash"]).Length);
    }

    [Theory]
    [InlineData("gpuinfra:plan", "none.plan.yaml", "none.plan.yaml")]
    [InlineData("gpuinfra:plan", "../Pulumi.yaml", "must be the name of a file in stacks/")]
    [InlineData("gpuinfra:images", """{"aws": {"us-east-1": "ami-0123456789abcdef0"}, "azure": "x"}""", "gpuinfra:images: ")]
    [InlineData("gpuinfra:weights", "latest", "gpuinfra:weights: ")]
    public async Task A_bad_configuration_ends_the_run_with_its_reason(string key, string value, string reason)
    {
        var exception = await Assert.ThrowsAsync<RunException>(() => Deploy(new() { [key] = value }));

        Assert.Contains(reason, exception.Message);
    }

    private static Task<Deployed> Deploy(Dictionary<string, string> changes)
    {
        var configuration = Configuration.ToDictionary();
        foreach (var (key, value) in changes)
        {
            configuration[key] = value;
        }

        Environment.SetEnvironmentVariable(Variable, JsonSerializer.Serialize(configuration));
        return Deployed.Of(FleetProgram.Deploy);
    }
}
