using System.Globalization;
using System.Text.Json;
using GpuInfra.Planning;
using GpuInfra.Planning.Catalogs;

namespace GpuInfra.Cli.Tests;

/// <summary>Staging against price files that say what the catalog says, some prices apart.</summary>
public sealed class PriceDriftTests : IDisposable
{
    private const string Type = "p4d.24xlarge";

    private readonly Sandbox _sandbox = new();

    public void Dispose() => _sandbox.Dispose();

    [Fact]
    public async Task Prices_as_planned_with_are_no_drift()
    {
        Write(_ => 1);
        var ran = await DriftAsync("--exit-code");
        Assert.Equal((0, ""), (ran.Code, ran.Error));
        Assert.Contains("Every price of the plan's regions is as planned with.", ran.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_price_that_moved_is_told_with_what_planning_anew_comes_to()
    {
        Write(offer => offer.InstanceType == Type ? 1.4m : offer.InstanceType == "g6.xlarge" ? 0.99m : 1);
        Assert.Equal(1, (await DriftAsync("--exit-code")).Code);
        using var json = JsonDocument.Parse((await DriftAsync("--json")).Out);
        var prices = json.RootElement.GetProperty("prices");
        var moved = Assert.Single(prices.GetProperty("moved").EnumerateArray());
        Assert.Equal($"aws/us-east-1/{Type} on demand", moved.GetProperty("name").GetString());
        Assert.Equal(1.4m, moved.GetProperty("after").GetDecimal() / moved.GetProperty("before").GetDecimal(), 4);
        Assert.Equal(1, prices.GetProperty("movedElsewhere").GetInt32());
        Assert.True(prices.GetProperty("replannedMonthlyUsd").GetDecimal() > prices.GetProperty("plannedMonthlyUsd").GetDecimal());
        Assert.True(json.RootElement.GetProperty("drifted").GetBoolean());
    }

    [Fact]
    public async Task Price_files_that_are_missing_or_malformed_are_refused_with_their_place()
    {
        var missing = await DriftAsync();
        Assert.Equal((1, ""), (missing.Code, missing.Out));
        Write(_ => 1);
        File.AppendAllText(_sandbox.In("prices/aws.csv"), "aws,p5.4xlarge,us-east-1,use1-az1,dear,,2026-12-01,x\n");
        var malformed = await DriftAsync();
        Assert.Equal((1, ""), (malformed.Code, malformed.Out));
        Assert.Contains("aws.csv", malformed.Error, StringComparison.Ordinal);
        Assert.Contains("dear", malformed.Error, StringComparison.Ordinal);
    }

    private Task<Ran> DriftAsync(params string[] further) => Cli.In(_sandbox.Root, ["drift", "--stack", "staging", "--prices", "prices", .. further]);

    private void Write(Func<Offer, decimal> factor)
    {
        Directory.CreateDirectory(_sandbox.In("prices"));
        var offers = Catalog.Embedded.OffersIn(CloudProvider.Aws, "us-east-1");
        File("aws.csv", "cloud,instance_type,region,zone,on_demand_usd_hour,spot_usd_hour,as_of,source", offers.SelectMany(offer => offer.Zones, (offer, zone) =>
            Text($"aws,{offer.InstanceType},us-east-1,{zone.Zone},{offer.OnDemand?.Amount * factor(offer)},{zone.Spot?.Amount},2026-12-01,a list")));
        File("gcp.csv", "cloud,instance_type,region,zone,on_demand_usd_hour,spot_usd_hour,as_of,source", []);
        File(
            "instances.csv",
            "instance_type,cloud,gpu,gpu_count,vcpus,memory_gib,local_nvme_gb,network_gbps,efa_or_gpudirect,gpu_interconnect,capacity_blocks,quota_code_on_demand,quota_code_spot",
            offers.Select(offer => offer.Machine).Select(machine => Text(
                $"{machine.InstanceType},aws,{machine.Gpu},{machine.Gpus},{machine.VCpus},{machine.Memory?.TotalGib},{machine.LocalNvme.TotalGb},,,,,{machine.QuotaOnDemand},{machine.QuotaSpot}")));
        File("gpus.csv", "gpu,memory_bandwidth_tb_s,fp16_dense_tflops,fp8_dense_tflops,int8_dense_tops,fp4_dense_tflops,nvlink_gb_s,compute_capability", []);
        File("services.csv", "cloud,service,sku,unit,region,usd_per_unit,as_of,source,grade", Catalog.Embedded.UnitPrices.Select(price => Text(
            $"{JsonText.Word(price.Cloud)},{price.Service},{price.Sku},{price.Unit},{price.Region},{price.Price.Amount},{price.AsOf:yyyy-MM-dd},a list,{price.Grade}")));

        void File(string name, string header, IEnumerable<string> rows) => System.IO.File.WriteAllLines(_sandbox.In($"prices/{name}"), [header, .. rows]);

        static string Text(FormattableString row) => row.ToString(CultureInfo.InvariantCulture);
    }
}
