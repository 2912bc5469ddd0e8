using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Sizing;

namespace GpuInfra.Planning.Tests.Sizing;

public class MeasuredReleasesTests
{
    [Theory]
    [InlineData("0.12.0", true)]
    [InlineData("0.19.1rc2", true)]
    [InlineData("0.11.2", false)]
    [InlineData("0.20.0", false)]
    [InlineData("1.15.0", false)]
    public void A_release_is_covered_between_the_first_and_the_last(string release, bool covered) =>
        Assert.Equal(covered, MeasuredReleases.Cover(release));

    [Theory]
    [InlineData("0.17.0", false)]
    [InlineData("0.21.0", true)]
    public void A_plan_that_runs_another_release_says_so(string release, bool warns)
    {
        var plan = A.Plan() with { Servings = [A.Serving() with { EngineVersion = release }] };
        Assert.Equal(warns, Planner.Plan(plan, "prod", A.Catalog).Warnings.Any(warning => warning.Contains($"the plan runs {release}", StringComparison.Ordinal)));
    }
}
