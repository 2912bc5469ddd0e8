using GpuInfra.Planning.Catalogs;

namespace GpuInfra.Cli.Tests;

/// <summary>What <c>docs/finance.md</c> says of governments, own sites and sites without a network, as far as code decides it.</summary>
public class PlacesTests
{
    [Fact]
    public void No_region_of_a_government_has_offers() =>
        Assert.DoesNotContain(Catalog.Embedded.Regions(CloudProvider.Aws), region => region.StartsWith("us-gov-", StringComparison.Ordinal) || region.StartsWith("us-iso", StringComparison.Ordinal));

    [Fact]
    public void Rights_name_one_partition_of_AWS_so_that_no_other_can_be_deployed_to()
    {
        var sources = Directory.EnumerateFiles(Path.Combine(Repository.Root, "infra", "Amazon"), "*.cs").Select(File.ReadAllText).ToList();
        Assert.Contains(sources, source => source.Contains("arn:aws:", StringComparison.Ordinal));
        Assert.DoesNotContain(sources, source => source.Contains("arn:aws-us-gov:", StringComparison.Ordinal) || source.Contains("GetPartition", StringComparison.Ordinal));
    }

    [Fact]
    public void Nothing_but_the_client_of_Prometheus_opens_a_connection() => Assert.Equal(
        ["PrometheusClient.cs"],
        Directory.EnumerateFiles(Path.Combine(Repository.Root, "src"), "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
            .Where(file => File.ReadAllText(file) is var text && (text.Contains("HttpClient", StringComparison.Ordinal) || text.Contains("TcpClient", StringComparison.Ordinal) || text.Contains("new Socket", StringComparison.Ordinal)))
            .Select(Path.GetFileName));
}
