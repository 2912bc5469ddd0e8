using GpuInfra.Offline.Policies;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Units;

namespace GpuInfra.Offline.Tests.Policies;

public class RouteRulesTests
{
    [Fact]
    public async Task Production_keeps_after_any_backend_what_it_keeps_after_a_cloud() => Assert.Empty(RouteRules.BackendLoss.Find(await Prod.Record));

    [Fact]
    public async Task Asked_to_absorb_all_of_P95_demand_production_names_the_backends_it_cannot_lose()
    {
        var record = Routed(await Prod.Record, new RouterPlan { Absorb = Share.All });

        var finding = Assert.Single(RouteRules.BackendLoss.Find(record), finding => finding.Subject == "coder");
        Assert.Equal("without coder-aws-us-east-1-ondemand-h100-80gb 80.3 % of P95 demand is served; 100 % is asked", finding.Detail);
    }

    private static PreviewRecord Routed(PreviewRecord record, RouterPlan router) =>
        record with { Fleet = record.Fleet with { Plan = record.Fleet.Plan with { Router = router } } };
}
