using System.Collections.Immutable;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Plans.Ledgers;
using GpuInfra.Planning.Units;

namespace GpuInfra.Infra.Tests;

public class QuotaRequestTests
{
    [Fact]
    public async Task AWS_is_asked_in_the_quotas_region_for_what_the_account_is_to_have()
    {
        var quota = (await Deployed.Of(Outgrown(CloudProvider.Aws, "L-417A185B"), A.Settings())).One("aws:servicequotas/serviceQuota:ServiceQuota");

        Assert.Equal("aws-quota-us-east-1-L-417A185B", quota.Name);
        Assert.Equal(("us-east-1", "ec2", "L-417A185B", "120"), (quota["region"], quota["serviceCode"], quota["quotaCode"], quota["value"]));
    }

    [Theory]
    [InlineData("NVIDIA_L4_GPUS", "NVIDIA-L4-GPUS-per-project-region", null)]
    [InlineData("PREEMPTIBLE_NVIDIA_H100_GPUS", "PREEMPTIBLE-NVIDIA-H100-GPUS-per-project-region", null)]
    [InlineData("NVIDIA_H100_GPUS", "GPUS-PER-GPU-FAMILY-per-project-region", "NVIDIA_H100")]
    [InlineData("NVIDIA_H100_MEGA_GPUS", "GPUS-PER-GPU-FAMILY-per-project-region", "NVIDIA_H100_MEGA")]
    public async Task Google_is_asked_by_the_quotas_id_and_large_GPUs_by_their_family(string code, string id, string? family)
    {
        var quota = (await Deployed.Of(Outgrown(CloudProvider.Gcp, code), A.Settings())).One("gcp:cloudquota/sQuotaPreference:SQuotaPreference");

        Assert.Equal((id, "120", $"projects/{A.Project}"), (quota["quotaId"], quota["quotaConfig.preferredValue"], quota["parent"]));
        Assert.Equal(("us-central1", family), (quota["dimensions.region"], quota["dimensions.gpu_family"]));
        Assert.Equal(("compute.googleapis.com", "a@example.com"), (quota["service"], quota["contactEmail"]));
    }

    /// <summary>A fleet that will need 100 of a quota of which others were given 20 of the account's 50.</summary>
    private static FleetPlan Outgrown(CloudProvider cloud, string code)
    {
        var fleet = A.FleetPlan(A.Pool(cloud));
        var (account, region) = cloud == CloudProvider.Aws ? (A.Account, "us-east-1") : (A.Project, "us-central1");
        var grant = new Grant(cloud, account, region, 50, ImmutableSortedDictionary<string, int>.Empty.Add("prod", 30).Add("staging", 20)).Only("prod");
        return fleet with
        {
            Plan = fleet.Plan with { Ledger = new() { Quotas = [new Quota(grant, code)] }, Purchasing = fleet.Plan.Purchasing with { QuotaContact = "a@example.com" } },
            Quotas =
            [
                new QuotaNeed
                {
                    Cloud = cloud, Region = region, Code = code, IsSpot = code.StartsWith("PREEMPTIBLE", StringComparison.Ordinal),
                    Running = 30, Surge = 0, Failover = 0, Limit = 30, MostIn = new Month(2027, 6), Most = 100,
                },
            ],
        };
    }
}
