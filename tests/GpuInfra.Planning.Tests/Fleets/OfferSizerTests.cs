using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Sizing;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Tests.Fleets;

public class OfferSizerTests
{
    private static readonly RequestMix Mix = new(1000, 200, 4000);

    [Fact]
    public void Servings_that_differ_in_name_and_promises_only_are_sized_once()
    {
        var sizer = new OfferSizer(A.Plan(), A.Catalog);
        var first = sizer.Size(A.Serving("a"), Mix, []);
        Assert.Same(first, sizer.Size(A.Serving("b") with { Survive = new Survival(Share.All, default), FewestReplicas = 3 }, Mix, []));
        Assert.NotSame(first, sizer.Size(A.Serving("a") with { MaxContextTokens = 8192 }, Mix, []));
        Assert.NotSame(first, sizer.Size(A.Serving("a") with { Residency = new Residency(["us-east-1"]) }, Mix, []));
    }

    [Fact]
    public void Where_servings_may_use_different_offers_each_is_sized_by_itself()
    {
        var sizer = new OfferSizer(A.Plan(), A.Catalog, stays: (serving, _) => serving.Name == "a");
        Assert.NotEmpty(sizer.Size(A.Serving("a"), Mix, []).Candidates);
        Assert.Empty(sizer.Size(A.Serving("b"), Mix, []).Candidates);
    }
}
