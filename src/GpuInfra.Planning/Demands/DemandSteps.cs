using System.Collections.Immutable;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Demands;

/// <summary>How the figures of a plan become the requests per second that a fleet is sized for, each step with its reckoning.</summary>
public static class DemandSteps
{
    /// <summary>The steps from a workload's own figures to its planned peak in a month.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="workload">A workload of it.</param>
    /// <param name="month">A month of its horizon.</param>
    public static ImmutableArray<DemandStep> Of(CapacityPlan plan, Workload workload, Month month)
    {
        var demand = new DemandForecast(plan).OfWorkload(workload, month);
        var growth = GrowthCurve.FactorWithin(workload.Growth, plan.Start, plan.HorizonMonths, month);
        var cached = plan.Servings.Single(serving => serving.Name == workload.Serving).Techniques.CacheHitRate;
        return
        [
            .. Source(workload.Demand),
            new("largest day of the month", Text($"× {growth:0.###} for {month}: {Words(workload.Growth)}")),
            .. cached.Fraction > 0 ? [new DemandStep("answered from a cache", Text($"less {cached}"))] : ImmutableArray<DemandStep>.Empty,
            new("mean", Text($"{demand.RequestsPerSecond:N2} requests/s of {demand.InputTokens:N0} input and {demand.OutputTokens:N0} output tokens")),
            new("planned peak minute", Text($"× {demand.Load.Peak:0.###}: {demand.PeakRequestsPerSecond:N2} requests/s, {demand.Prefill.PerSecond * demand.Load.Peak:N0} input and {demand.Decode.PerSecond * demand.Load.Peak:N0} output tokens/s")),
        ];
    }

    private static IEnumerable<DemandStep> Source(DemandSource source)
    {
        var perDay = 0.0;
        switch (source)
        {
            case DemandSource.Profiled profiled:
                yield return new("measured", Text($"{profiled.Profile.RequestsPerSecond:N2} requests/s in {profiled.Profile.Id}"));
                yield return new("scale", Text($"× {profiled.Scale:0.######}: {profiled.Profile.RequestsPerSecond * profiled.Scale:N2} requests/s"));
                yield break;
            case DemandSource.Users users:
                yield return new("users", Text($"{users.Count:N0} × {users.RequestsPerUserPerDay:0.####} requests a day = {users.RequestsPerDay:N0} requests a day"));
                yield return new("tokens", Text(
                    $"× {users.InputTokensPerRequest:N0} and {users.OutputTokensPerRequest:N0} = {users.RequestsPerDay * users.InputTokensPerRequest:N0} input and {users.RequestsPerDay * users.OutputTokensPerRequest:N0} output tokens a day"));
                perDay = users.RequestsPerDay;
                break;
            case DemandSource.Daily daily:
                yield return new("daily", Text($"{daily.RequestsPerDay:N0} requests, {daily.InputTokensPerDay:N0} input and {daily.OutputTokensPerDay:N0} output tokens a day"));
                perDay = daily.RequestsPerDay;
                break;
        }

        var seconds = DemandForecast.SecondsOfWork(source);
        yield return new("over the day", Text($"÷ {seconds:N0} s{(source.Window is null ? "" : " of its window")} = {perDay / seconds:N2} requests/s"));
    }

    private static string Words(Growth growth)
    {
        var words = growth switch
        {
            Growth.ToFactor { Factor: 1 } => "no growth",
            Growth.ToFactor policy => Text($"{policy.Name}, {policy.Factor:0.##} times by the horizon's end"),
            Growth.Monthly monthly => Text($"{monthly.Rate} a month"),
            Growth.Points { IsStep: true } => "points, each until the next",
            _ => "points, with straight lines between them",
        };
        return growth.Events.IsEmpty ? words : Text($"{words}; {growth.Events.Length} event{(growth.Events.Length == 1 ? "" : "s")}");
    }

    private static string Text(FormattableString text) => FormattableString.Invariant(text);
}

/// <summary>A step of a reckoning.</summary>
/// <param name="Name">What it takes in.</param>
/// <param name="Reckoning">The figures.</param>
public sealed record DemandStep(string Name, string Reckoning);
