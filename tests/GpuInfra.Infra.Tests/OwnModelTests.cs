using System.Collections.Immutable;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Plans;

namespace GpuInfra.Infra.Tests;

public class OwnModelTests
{
    [Fact]
    public async Task Weights_that_the_plan_pins_need_no_configuration_and_are_checked_by_the_machine()
    {
        var fleet = A.FleetPlan(A.Pool(CloudProvider.Gcp));
        var sums = new string('a', 64);
        var own = fleet.Servings[0] with
        {
            Serving = fleet.Servings[0].Serving with { Weights = new WeightsSource("hf://acme/my-llama", "r7", sums) },
        };

        var deployed = await Deployed.Of(
            fleet with { Servings = [own] }, A.Settings() with { Weights = ImmutableDictionary<string, string>.Empty });

        var script = deployed.One("gcp:compute/regionInstanceTemplate:RegionInstanceTemplate")["metadataStartupScript"];
        Assert.Contains("WEIGHTS='models/llama-3.1-8b/bf16/r7'\n", script, StringComparison.Ordinal);
        Assert.Contains($"WEIGHTS_SHA256='{sums}'\n", script, StringComparison.Ordinal);
    }
}
