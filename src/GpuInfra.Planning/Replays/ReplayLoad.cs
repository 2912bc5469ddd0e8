using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Demands.Traces;

namespace GpuInfra.Planning.Replays;

/// <summary>What is played through a fleet.</summary>
public abstract record ReplayLoad
{
    private ReplayLoad()
    {
    }

    /// <summary>What the plan forecasts for its month: each workload's minutes in the order that is known of them.</summary>
    public sealed record Forecast : ReplayLoad;

    /// <summary>The same minute again and again.</summary>
    /// <param name="Percentile">The percentile of minutes, 0 to 100.</param>
    public sealed record Minute(double Percentile) : ReplayLoad;

    /// <summary>A trace for one workload; the others as forecast.</summary>
    /// <param name="Workload">The workload.</param>
    /// <param name="Trace">The trace.</param>
    /// <param name="Scale">How often each request comes, above zero: copies are moved by up to a minute each.</param>
    public sealed record Traced(string Workload, RequestTrace Trace, double Scale) : ReplayLoad;

    /// <summary>A profile for one workload; the others as forecast.</summary>
    /// <param name="Workload">The workload.</param>
    /// <param name="Profile">The profile.</param>
    /// <param name="Scale">Factor on its rate; null for the rate that the plan forecasts of the workload.</param>
    public sealed record Profiled(string Workload, DemandProfile Profile, double? Scale) : ReplayLoad;
}
