using GpuInfra.Planning.Finance.Cases;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Tests.Finance.Cases;

public class BusinessCaseTests
{
    [Fact]
    public void The_seed_s_customer_service_is_paid_back_within_two_months()
    {
        // Seed S0: $41.6M a year saved for $5M of infrastructure.
        var service = new BusinessCase(new Usd(41_600_000 / 12m), default, new Usd(15_000_000), new Usd(5_000_000));
        Assert.True(service.Passes);
        Assert.InRange(service.Payback!.Value, 1, 2);
    }

    [Fact]
    public void The_seed_s_personalization_does_not_pass()
    {
        // Seed S0: $800k a year of revenue for $2M a year of infrastructure: "Don't build this case."
        var personal = new BusinessCase(new Usd(800_000 / 12m), default, new Usd(6_000_000), new Usd(2_000_000));
        Assert.False(personal.Passes);
        Assert.Equal(0.4m, Math.Round(personal.Return!.Value, 6));
        Assert.Equal(30, Math.Round(personal.Payback!.Value, 6));
        Assert.Equal(166_666.67m, personal.LeastBenefit.Amount);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(400_000)]
    public void The_least_benefit_passes_and_a_little_less_does_not(int upfront)
    {
        var it = new BusinessCase(default, new Usd(upfront), new Usd(3_600_000), new Usd(1_200_000));
        Assert.True((it with { Benefit = it.LeastBenefit + new Usd(0.01m) }).Passes);
        Assert.False((it with { Benefit = it.LeastBenefit - new Usd(1) }).Passes);
    }
}
