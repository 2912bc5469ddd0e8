using FsCheck;
using FsCheck.Fluent;
using GpuInfra.Planning.Demands;
using GpuInfra.Planning.Plans;

namespace GpuInfra.Planning.Tests.Demands;

public class LengthClassesTests
{
    [Theory]
    [InlineData("azure-code-2023")]
    [InlineData("azure-conv-2023")]
    public void Those_of_a_profile_have_its_means_and_are_a_few_dozen(string name)
    {
        var profile = A.Profile(name);
        var classes = LengthClasses.Of(new DemandSource.Profiled(profile, 7), 16_384).Classes;
        Assert.InRange(classes.Length, 12, 100);
        Assert.Equal(1, classes.Sum(one => one.Share), 4);
        Assert.InRange(classes.Sum(one => one.Share * one.InputTokens) / profile.InputTokens.Mean, 0.999, 1.001);
        Assert.InRange(classes.Sum(one => one.Share * one.OutputTokens) / profile.OutputTokens.Mean, 0.999, 1.001);
    }

    [Fact]
    public void Those_of_daily_figures_have_their_means_and_no_more_than_a_serving_takes() =>
        Prop.ForAll(Gen.Choose(20, 4000).ToArbitrary(), Gen.Choose(1, 800).ToArbitrary(), (input, output) =>
        {
            var daily = new DemandSource.Daily(input, output, 1) { OutputLengths = new LengthSpread.Lognormal(1) };
            var whole = LengthClasses.Of(daily, int.MaxValue).Classes;
            var cut = LengthClasses.Of(daily, 8192).Classes;
            return Math.Abs((whole.Sum(one => one.Share * one.InputTokens) / input) - 1) < 0.01
                && Math.Abs((whole.Sum(one => one.Share * one.OutputTokens) / output) - 1) < 0.01
                && cut.All(one => one.InputTokens + one.OutputTokens <= 8192.001 && one.Share > 0);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void They_are_the_same_at_any_scale_and_add_up_over_workloads()
    {
        var (code, conversation) = (Of("azure-code-2023", 1), Of("azure-conv-2023", 1));
        Assert.Equal(code, Of("azure-code-2023", 40));
        Assert.Equal(code.GetHashCode(), Of("azure-code-2023", 40).GetHashCode());
        Assert.NotEqual(code, conversation);
        Assert.Same(code, LengthClasses.Of([(code, 3)]));

        var both = LengthClasses.Of([(code, 1), (conversation, 3)]);
        Assert.Equal((Mean(code) + (3 * Mean(conversation))) / 4, Mean(both), 1);
        Assert.Equal(both, LengthClasses.Of([(code, 2), (conversation, 6)]));
    }

    [Fact]
    public void Those_of_a_size_have_its_inputs()
    {
        var size = Of("azure-code-2023", 1).Within(1024, 4096);
        Assert.All(size.Classes, one => Assert.InRange(one.InputTokens, 1024, 4095));
        Assert.Equal(1, size.Classes.Sum(one => one.Share), 9);
    }

    private static LengthClasses Of(string profile, double scale) => LengthClasses.Of(new DemandSource.Profiled(A.Profile(profile), scale), 16_384);

    private static double Mean(LengthClasses lengths) => lengths.Classes.Sum(one => one.Share * one.InputTokens);
}
