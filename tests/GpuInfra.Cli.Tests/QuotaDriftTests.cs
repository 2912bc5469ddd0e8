using System.Text.Json;

namespace GpuInfra.Cli.Tests;

/// <summary>The ledger against quotas as the clouds' command lines write them.</summary>
public sealed class QuotaDriftTests : IDisposable
{
    private readonly Sandbox _sandbox = new();

    public void Dispose() => _sandbox.Dispose();

    [Fact]
    public async Task Quotas_as_listed_are_no_drift()
    {
        Amazon(("L-417A185B", 4096), ("L-DB2E81BA", 4096), ("L-74FC7D96", 5));
        var ran = await DriftAsync("--exit-code", "--quotas", "aws.json");
        Assert.Equal((0, ""), (ran.Code, ran.Error));
        Assert.Contains("Of 3 quotas that the accounts told, every one", ran.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_that_grew_is_written_to_the_ledger_and_no_other_byte()
    {
        Amazon(("L-417A185B", 8192), ("L-DB2E81BA", 4096));
        var before = File.ReadAllText(_sandbox.Stacks("reservations.yaml"));
        var ran = await DriftAsync("--exit-code", "--quotas", "aws.json", "--write");
        Assert.Equal(1, ran.Code);
        Assert.Contains("more than is listed", ran.Out, StringComparison.Ordinal);
        Assert.Equal(
            before.Replace("L-417A185B, limit: 4096", "L-417A185B, limit: 8192", StringComparison.Ordinal), File.ReadAllText(_sandbox.Stacks("reservations.yaml")));
        Assert.Equal(0, (await DriftAsync("--exit-code", "--quotas", "aws.json")).Code);
    }

    [Fact]
    public async Task One_that_is_less_than_was_dealt_out_is_left_to_people()
    {
        Google(("NVIDIA_H100_GPUS", 16), ("NVIDIA_A100_GPUS", 512));
        var before = File.ReadAllText(_sandbox.Stacks("reservations.yaml"));
        var ran = await DriftAsync("--quotas", "gcp.json", "--write", "--json");
        using var json = JsonDocument.Parse(ran.Out);
        var drift = Assert.Single(json.RootElement.GetProperty("quotas").EnumerateArray());
        Assert.Equal((16, 256), (drift.GetProperty("limit").GetInt32(), drift.GetProperty("listed").GetInt32()));
        Assert.Contains("less than the 256 that stacks were given", drift.GetProperty("meaning").GetString(), StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllText(_sandbox.Stacks("reservations.yaml")));
    }

    [Theory]
    [InlineData("{\"Quotas\": [{\"QuotaArn\": \"x\"}]}")]
    [InlineData("{\"quotas\": []}")]
    [InlineData("{\"Quotas\": [")]
    [InlineData("3")]
    public async Task What_is_no_list_of_quotas_is_told_with_what_it_should_be(string text)
    {
        File.WriteAllText(_sandbox.In("aws.json"), text);
        var ran = await DriftAsync("--quotas", "aws.json");
        Assert.Equal((1, ""), (ran.Code, ran.Out));
        Assert.Contains("aws.json: holds no quotas; it should be what `aws service-quotas", ran.Error, StringComparison.Ordinal);
    }

    private Task<Ran> DriftAsync(params string[] further) => Cli.In(_sandbox.Root, ["drift", "--stack", "prod", .. further]);

    private void Amazon(params (string Code, double Value)[] quotas) => File.WriteAllText(_sandbox.In("aws.json"), JsonSerializer.Serialize(new
    {
        Quotas = quotas.Select(quota => new
        {
            ServiceCode = "ec2",
            QuotaArn = $"arn:aws:servicequotas:us-east-1:333344445555:ec2/{quota.Code}",
            QuotaCode = quota.Code,
            QuotaName = "a name",
            quota.Value,
            Unit = "None",
            Adjustable = true,
        }),
    }));

    private void Google(params (string Metric, double Limit)[] quotas) => File.WriteAllText(_sandbox.In("gcp.json"), JsonSerializer.Serialize(new
    {
        name = "us-central1",
        selfLink = "https://www.googleapis.com/compute/v1/projects/acme-gpu-prod/regions/us-central1",
        quotas = quotas.Select(quota => new { limit = quota.Limit, metric = quota.Metric, usage = 0.0 }),
    }));
}
