using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Demands;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Finance;

/// <summary>Tokens of a month.</summary>
/// <param name="Requests">Requests.</param>
/// <param name="Input">Input tokens.</param>
/// <param name="CachedInput">Those of them that were read before.</param>
/// <param name="Output">Output tokens.</param>
public sealed record TokenCount(double Requests, double Input, double CachedInput, double Output)
{
    private const double SecondsPerHour = 3600;

    /// <summary>What a workload asks of replicas in a month of mean length: its mean rate for the hours in which it comes.</summary>
    /// <param name="forecast">The plan's demand.</param>
    /// <param name="workload">The workload.</param>
    /// <param name="month">The month.</param>
    /// <param name="cached">Share of input tokens that were read before.</param>
    public static TokenCount Of(DemandForecast forecast, Workload workload, Month month, Share cached)
    {
        var (demand, window) = (forecast.OfWorkload(workload, month), workload.Demand.Window);
        var worked = DemandForecast.SecondsOfWork(workload.Demand) / (window?.Length ?? TimeSpan.FromDays(1)).TotalSeconds;
        var requests = demand.RequestsPerSecond * (double)(window?.HoursPerMonth ?? UsdPerHour.HoursPerMonth) * SecondsPerHour * worked;
        return new TokenCount(requests, requests * demand.InputTokens, requests * demand.InputTokens * cached.Fraction, requests * demand.OutputTokens);
    }

    /// <summary>So many times as much.</summary>
    public TokenCount Times(double factor) => new(Requests * factor, Input * factor, CachedInput * factor, Output * factor);

    /// <summary>What they cost behind an API.</summary>
    public Usd At(ApiPrice price) => price.Of(Input, CachedInput, Output);

    /// <summary>Both together.</summary>
    public TokenCount Plus(TokenCount other) => new(Requests + other.Requests, Input + other.Input, CachedInput + other.CachedInput, Output + other.Output);
}
