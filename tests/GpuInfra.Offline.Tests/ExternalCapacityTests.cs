using GpuInfra.Offline.Costs;
using GpuInfra.Planning.Fleets;

namespace GpuInfra.Offline.Tests;

/// <summary>Machines outside the clouds, followed into the record: priced and told, and nothing is registered for them.</summary>
public sealed class ExternalCapacityTests : IDisposable
{
    private readonly Sandbox _sandbox = new();

    public void Dispose() => _sandbox.Dispose();

    [Fact]
    public async Task They_are_in_the_outputs_and_the_cost_and_no_resource_is_registered_for_them()
    {
        _sandbox.Change("reservations.yaml", "reservations: []", """
            reservations: []
            external:
              - { id: cw-1, provider: coreweave, region: us-ord, site: ord1, gpu: h100-80gb, gpusPerMachine: 8, count: 2, start: 2026-06-01, hourlyUsd: $17, endpoint: "https://gpu.example.com/v1", assign: { prod: 2 } }
            """);
        var preview = await FleetPreview.RunAsync(PlanSource.OfStack(ProjectDirectory.At(_sandbox.Root)!, "prod"));

        var pools = preview.Fleet.Pools.Where(pool => pool.IsExternal).ToList();
        Assert.Equal(2, pools.Sum(pool => pool.Instances.Desired));
        Assert.DoesNotContain(preview.Checks, check => check.Status == CheckStatus.Fail);
        Assert.DoesNotContain(preview.Resolved.Resources, resource => pools.Any(pool => resource.Name.Contains(pool.Id, StringComparison.Ordinal)));
        Assert.Equal(new Planning.Units.Usd(2 * 17 * 730), preview.Costs.ByKind.Single(kind => kind.Kind == CostKind.External).Monthly);
        Assert.Contains("https://gpu.example.com/v1", PreviewJson.ToJson(preview), StringComparison.Ordinal);
    }
}
