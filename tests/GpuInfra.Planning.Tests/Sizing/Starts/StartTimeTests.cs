using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Sizing.Starts;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Tests.Sizing.Starts;

public class StartTimeTests
{
    private static readonly Machine P5 = A.Catalog.FindMachine(CloudProvider.Aws, "p5.48xlarge")!;

    // The seed's example: a 70B model in 16 bits.
    private static readonly ByteSize SeventyB = ByteSize.FromGb(140);

    [Fact]
    public void A_copy_over_ten_gigabits_takes_the_seeds_112_seconds()
    {
        var slow = P5 with { Network = ByteRate.FromGbitPerSecond(10) };
        var fact = A.Catalog.StartFact(CloudProvider.Aws, StartStage.SharedFileSystem).Rate!.Value;
        Assert.True(fact.GbitPerSecond > 10);
        Assert.Equal(112, StartTime.Of(A.Catalog, slow, SeventyB, 4, WeightStore.SharedFileSystem).Steps
            .Single(step => step.Stage == StartStage.SharedFileSystem).Duration.TotalSeconds, 6);
    }

    [Fact]
    public void A_start_is_its_stages_one_after_another()
    {
        var start = StartTime.Of(A.Catalog, P5, SeventyB, 4, WeightStore.ObjectStore);
        Assert.Equal(
            [StartStage.Boot, StartStage.Driver, StartStage.EngineImage, StartStage.ObjectStore, StartStage.Checksum, StartStage.Engine, StartStage.Load, StartStage.WarmUp],
            start.Steps.Select(step => step.Stage));
        var seconds = 60 + 20 + (12.6 / 0.058) + (140 / 0.85) + (140 / (0.26 * 8)) + 25 + (140.0 / 4 / 0.55) + 75;
        Assert.Equal(seconds, start.Total.TotalSeconds, 3);
    }

    [Fact]
    public void More_GPUs_load_faster_and_more_bytes_never_do()
    {
        foreach (var store in Enum.GetValues<WeightStore>())
        {
            var start = StartTime.Of(A.Catalog, P5, SeventyB, 2, store).Total;
            Assert.True(StartTime.Of(A.Catalog, P5, SeventyB, 4, store).Total <= start);
            Assert.True(StartTime.Of(A.Catalog, P5, SeventyB * 2, 2, store).Total >= start);
        }
    }

    [Fact]
    public void A_warm_standby_starts_at_once_and_an_engine_on_its_machine_skips_the_machine()
    {
        Assert.Equal(TimeSpan.Zero, StartTime.Of(A.Catalog, P5, SeventyB, 8, WeightStore.WarmStandby).Total);
        Assert.Equal(
            [StartStage.Engine, StartStage.Load, StartStage.WarmUp],
            StartTime.Of(A.Catalog, P5, SeventyB, 8, WeightStore.LocalCache).Steps.Select(step => step.Stage));
    }

    [Fact]
    public void Every_stage_has_a_figure_on_each_cloud_with_source_and_date() => Assert.All(
        from cloud in new[] { CloudProvider.Aws, CloudProvider.Gcp } from stage in Enum.GetValues<StartStage>() select A.Catalog.StartFact(cloud, stage),
        fact =>
        {
            Assert.True(fact.Fixed > TimeSpan.Zero || fact.Rate!.Value.BytesPerSecond > 0);
            Assert.Contains(fact.Grade, (string[])["A", "B", "C", "assumption"]);
            Assert.True(fact.Source.Length > 20 && fact.AsOf > new DateOnly(2019, 1, 1));
        });
}
