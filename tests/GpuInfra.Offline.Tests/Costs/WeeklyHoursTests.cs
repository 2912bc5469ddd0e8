using GpuInfra.Offline.Costs;

namespace GpuInfra.Offline.Tests.Costs;

public class WeeklyHoursTests
{
    [Theory]
    [InlineData("30 8 * * 1", new[] { 24 * 60 + 8 * 60 + 30 })]
    [InlineData("0 0 * * 6,0", new[] { 0, 6 * 24 * 60 })]
    [InlineData("0 1 * * *", new[] { 60, 1500, 2940, 4380, 5820, 7260, 8700 })]
    [InlineData("0 1 1 * *", new int[0])]
    [InlineData("*/5 1 * * *", new int[0])]
    [InlineData("0 25 * * *", new int[0])]
    [InlineData("0 1 * * 1-5", new int[0])]
    [InlineData("@daily", new int[0])]
    [InlineData(null, new int[0])]
    public void A_cron_expression_fires_at_minutes_of_the_week(string? cron, int[] minutes) =>
        Assert.Equal(minutes, WeeklyHours.Firings(cron).ToArray());

    [Fact]
    public void Capacity_stays_until_the_next_setting_also_over_the_weeks_end() => Assert.Equal(
        3m * 26,                                              // Saturday 23:00 to Monday 01:00.
        WeeklyHours.CapacityHours([(6 * 1440 + 23 * 60, 3m), (1440 + 60, 0m)]));

    [Fact]
    public void One_setting_holds_all_week() => Assert.Equal(2m * 168, WeeklyHours.CapacityHours([(100, 2m)]));
}
