using System.Text.Json;

namespace GpuInfra.Cli.Tests;

/// <summary>The importer on small files in the two layouts, and on the collection that the shipped data was made from.</summary>
public sealed class CatalogImportTests : IDisposable
{
    private const string Header = "cloud,instance_type,gpu,gpu_count,gpu_memory_gb_each,vcpus,memory_gib,region,zone,on_demand_usd_hour,spot_usd_hour,as_of,source\n";
    private const string SkyPilotHeader = "InstanceType,AcceleratorName,AcceleratorCount,vCPUs,MemoryGiB,GpuInfo,Price,SpotPrice,Region,AvailabilityZone\n";

    private readonly string _root = Directory.CreateTempSubdirectory("gpuinfra-import-").FullName;

    public CatalogImportTests()
    {
        Directory.CreateDirectory(In("out"));
        Write("aws.csv", Header
            + "aws,p5.4xlarge,H100,1,80,16,256,us-east-1,use1-az2,7.5680,2.50,2027-01,\"list, read by hand\"\n"
            + "aws,p5.4xlarge,H100,1,80,16,256,us-east-1,use1-az1,7.5680,,2027-01,\"list, read by hand\"\n"
            + "aws,p5.4xlarge,H100,1,80,16,256,us-east-1,use1-atl2-az1,7.5680,3,2027-01,\"list, read by hand\"\n");
        Write("gcp.csv", Header + "gcp,g4-standard-6,RTX-PRO-6000,0.125,96,6,22,us-central1,,0.56,0.2,2027-01-02,x\n");
        Write("instances.csv",
            "instance_type,cloud,gpu,gpu_count,gpu_memory_gb_each,vcpus,memory_gib,local_nvme_gb,network_gbps,efa_or_gpudirect,gpu_interconnect,capacity_blocks,quota_code_on_demand,quota_code_spot\n"
            + "p5.4xlarge,aws,H100,1,80,16,256,3800,100,\"yes (EFA v2, x1)\",none,,L-1,\n"
            + "g4-standard-6,gcp,RTX-PRO-6000,0.125,96,6,22,,,,,no,,\n");
        Write("gpus.csv",
            "gpu,vendor,architecture,memory_gb,memory_bandwidth_tb_s,fp32_tflops,fp16_dense_tflops,fp8_dense_tflops,int8_dense_tops,fp4_dense_tflops,nvlink_gb_s,tdp_w,compute_capability\n"
            + "H100,NVIDIA,Hopper,80,3.36,67,990,1980,1980,,900,700,9.0\nX1,Nobody,Y,1,1,1,1,,,,,1,\n");
        Write("services.csv", "cloud,service,sku,unit,region,usd_per_unit,as_of,source,grade\naws,block-storage,gp3-storage,GiB-month,us-east-1,0.0880,2027-02,\"a \"\"list\"\"\",B\n");
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public async Task Offers_are_a_file_per_region_with_local_zones_apart()
    {
        await Import();

        Assert.Equal(
            """
            [
            {"instanceType": "p5.4xlarge", "onDemandUsdPerHour": 7.568, "zones": [{"zone": "use1-az1", "spotUsdPerHour": null}, {"zone": "use1-az2", "spotUsdPerHour": 2.5}], "localZones": ["use1-atl2-az1"], "source": "list, read by hand", "asOf": "2027-01-01"}
            ]

            """,
            Written("offers/aws-us-east-1.json"));
        Assert.False(File.Exists(In("out/offers/gcp-us-central1.json")));
    }

    [Fact]
    public async Task Figures_are_refreshed_and_what_is_kept_by_hand_stays()
    {
        await Import();

        var h100 = Rows("gpus.json").Single(row => row.GetProperty("id").GetString() == "h100-80gb");
        Assert.Equal((3360, 990, 81920), (h100.GetProperty("bandwidthGbPerSecond").GetDouble(), h100.GetProperty("fp16Tflops").GetDouble(), h100.GetProperty("memoryMib").GetDouble()));
        var machine = Assert.Single(Rows("machines.json"));
        Assert.Equal("EFA v2, x1", machine.GetProperty("fabric").GetString());
        Assert.True(machine.GetProperty("startsOnDemand").GetBoolean());
        Assert.Equal("a \"list\"", Assert.Single(Rows("services.json")).GetProperty("source").GetString());
    }

    [Fact]
    public async Task What_moved_is_told_with_percent_and_what_was_left_out()
    {
        var json = JsonDocument.Parse((await Import("--json")).Out).RootElement;

        var price = json.GetProperty("moved").EnumerateArray().Single(move => move.GetProperty("name").GetString() == "aws/us-east-1/p5.4xlarge on demand");
        Assert.Equal((6.88m, 7.568m, 10m), (price.GetProperty("beforeUsd").GetDecimal(), price.GetProperty("afterUsd").GetDecimal(), price.GetProperty("percent").GetDecimal()));
        Assert.Contains(json.GetProperty("removed").EnumerateArray(), line => line.GetString() == "aws/us-east-1/p5.48xlarge on demand");
        var notes = json.GetProperty("notes").EnumerateArray().Select(note => note.GetString()!).ToList();
        Assert.Contains(notes, note => note.Contains("g4-standard-6 has 0.125 of a GPU", StringComparison.Ordinal));
        Assert.Contains(notes, note => note.Contains("no GPU X1", StringComparison.Ordinal));
        Assert.Contains(notes, note => note.Contains("local zones", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("aws,p5.4xlarge,H100,1,80,16,256,us-east-1,use1-az1,seven,,2027-01,x", "\"seven\" is not a number")]
    [InlineData("aws,p5.4xlarge,H100,1,80,16,256,us-east-1,use1-az1,7,,January,x", "\"January\" is not a date")]
    [InlineData("aws,p5.4xlarge,H100", "has 3 fields, the first line has 13")]
    [InlineData("aws,\"p5.4xlarge", "has a quote that is not closed")]
    public async Task A_damaged_row_is_refused_at_its_line(string row, string message)
    {
        Write("aws.csv", Header + row + "\n");

        var ran = await Import();

        Assert.Equal(1, ran.Code);
        Assert.Contains("aws.csv:2", ran.Error);
        Assert.Contains(message, ran.Error);
    }

    [Fact]
    public async Task SkyPilots_host_and_accelerator_rows_are_added_up_and_Calendar_Mode_is_left_out()
    {
        Write("gcp/vms.csv", SkyPilotHeader
            + "n1-standard-8,,,8,30,,0.38,0.08,us-central1,us-central1-a\n"
            + ",T4,1,,,,0.35,0.14,us-central1,us-central1-a\n"
            + "a3-highgpu-8g,,,208,1872,,9.46,2,us-central1,us-central1-a\n"
            + ",H100,8,,,,33.61,20,us-central1,us-central1-a\n"
            + "a2-ultragpu-1g,,,12,170,,1.2,0.4,us-central1,us-central1-c\n"
            + ",A100-80GB,1,,,,1.846,1.964,us-central1,us-central1-c\n");

        var ran = await SkyPilot();

        var offers = Rows("offers/gcp-us-central1.json").ToDictionary(row => row.GetProperty("instanceType").GetString()!);
        Assert.Equal(0.73m, offers["n1-standard-8+1xT4"].GetProperty("onDemandUsdPerHour").GetDecimal());
        Assert.Equal(0.22m, offers["n1-standard-8+1xT4"].GetProperty("zones")[0].GetProperty("spotUsdPerHour").GetDecimal());
        Assert.Equal(JsonValueKind.Null, offers["a3-highgpu-8g"].GetProperty("onDemandUsdPerHour").ValueKind);
        Assert.Equal(JsonValueKind.Null, offers["a2-ultragpu-1g"].GetProperty("onDemandUsdPerHour").ValueKind);
        Assert.Contains("51 % below the known 88.49", ran.Out);
        Assert.Contains("below their spot price 1.964", ran.Out);
    }

    [Fact]
    public async Task SkyPilots_zone_names_of_AWS_are_no_places()
    {
        Write("aws/vms.csv", SkyPilotHeader + "p5.4xlarge,H100,1,16,256,,6.88,2.5,us-east-1,us-east-1a\nm5.large,,,2,8,,0.1,0.05,us-east-1,us-east-1a\n");

        var ran = await SkyPilot();

        var offer = Assert.Single(Rows("offers/aws-us-east-1.json"));
        Assert.Equal(0, offer.GetProperty("zones").GetArrayLength());
        Assert.Contains("another place in each account", ran.Out);
    }

    [Fact]
    public async Task SkyPilots_layout_needs_a_source_and_a_day()
    {
        var ran = await Cli.In(_root, "catalog", "import", "--from", "skypilot", "--data", ".", "--out", "out", "--source", "x");

        Assert.Equal(1, ran.Code);
        Assert.Contains("--as-of", ran.Error);
    }

    [SkippableFact]
    public async Task The_shipped_data_is_what_the_importer_makes_of_the_collection()
    {
        var data = Environment.GetEnvironmentVariable("GPUINFRA_DATA") ?? Path.Combine(Repository.Root, "..", "shared", "data");
        Skip.IfNot(Directory.Exists(Path.Combine(data, "prices")), "the price collection is not beside the repository");

        var ran = await Cli.In(_root, "catalog", "import", "--data", Path.GetFullPath(Path.Combine(data, "prices")), "--out", "out");

        Assert.Equal(0, ran.Code);
        var shipped = Path.Combine(Repository.Root, "src", "GpuInfra.Planning", "Catalogs", "Data");
        var made = Directory.EnumerateFiles(In("out"), "*.json", SearchOption.AllDirectories).ToList();
        Assert.Equal(58, made.Count);
        Assert.All(made, file => Assert.Equal(File.ReadAllText(Path.Combine(shipped, Path.GetRelativePath(In("out"), file))), File.ReadAllText(file)));
    }

    private Task<Ran> Import(params string[] options) => Cli.In(_root, ["catalog", "import", "--data", ".", "--out", "out", .. options]);

    private Task<Ran> SkyPilot() =>
        Cli.In(_root, "catalog", "import", "--from", "skypilot", "--data", ".", "--out", "out", "--source", "who/repo@1", "--as-of", "2027-01-02");

    private string In(string name) => Path.Combine(_root, name);

    private string Written(string name) => File.ReadAllText(In($"out/{name}"));

    private IEnumerable<JsonElement> Rows(string name) => JsonDocument.Parse(Written(name)).RootElement.EnumerateArray();

    private void Write(string name, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(In(name))!);
        File.WriteAllText(In(name), text);
    }
}
