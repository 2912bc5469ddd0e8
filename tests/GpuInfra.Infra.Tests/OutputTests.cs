using GpuInfra.Planning.Catalogs;
using Pulumi;
using Pulumi.Utilities;

namespace GpuInfra.Infra.Tests;

public class OutputTests
{
    [Fact]
    public async Task The_stack_tells_what_was_planned_and_where_weights_go()
    {
        var outputs = (await Deployed.Of(A.Pool(), A.Pool(CloudProvider.Gcp))).Outputs;

        Assert.Equal("abc123", outputs["planHash"]);
        Assert.Equal("14600.00", outputs["monthlyUsd"]);
        Assert.Equal("25 %", outputs["headroom"]);
        var fleet = Assert.IsType<Dictionary<string, object?>>(outputs["fleet"]);
        Assert.Equal(["chat-aws-us-east-1-ondemand-l4", "chat-gcp-us-central1-ondemand-l4"], fleet.Keys.Order());
        var pool = Assert.IsType<Dictionary<string, object?>>(fleet["chat-aws-us-east-1-ondemand-l4"]);
        Assert.Equal(["g6.12xlarge", 4, 16], [pool["instanceType"]!, pool["instances"]!, pool["replicas"]!]);
    }

    [Fact]
    public async Task Every_region_has_its_own_upload_destination()
    {
        var outputs = (await Deployed.Of(A.Pool(), A.Pool(CloudProvider.Gcp))).Outputs;
        var weights = Assert.IsType<Dictionary<string, object?>>(outputs["weights"]);

        Assert.Equal(
            "s3://gpuinfra-weights-us-east-1/models/llama-3.1-8b/bf16/r1", await Value(weights, "aws-us-east-1"));
        Assert.Equal(
            "gs://gpuinfra-weights-us-central1/models/llama-3.1-8b/bf16/r1", await Value(weights, "gcp-us-central1"));
    }

    private static Task<string> Value(Dictionary<string, object?> weights, string region) =>
        OutputUtilities.GetValueAsync(Assert.IsType<Output<string>>(((Dictionary<string, object?>)weights[region]!)["llama-3.1-8b/bf16"]));
}
