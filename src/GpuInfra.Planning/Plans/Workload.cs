using GpuInfra.Planning.Catalogs;

namespace GpuInfra.Planning.Plans;

/// <summary>A demand stream.</summary>
public sealed record Workload
{
    /// <summary>Its name in the plan.</summary>
    public required string Name { get; init; }

    /// <summary>The team that owns it; null when the plan has no teams.</summary>
    public required Team? Team { get; init; }

    /// <summary>The serving that answers it.</summary>
    public required string Serving { get; init; }

    /// <summary>How much there is of it in the first month.</summary>
    public required DemandSource Demand { get; init; }

    /// <summary>How it grows over the horizon.</summary>
    public required Growth Growth { get; init; }
}

/// <summary>How much of a workload there is: daily figures, users and their habits, or a measured profile times a scale.</summary>
public abstract record DemandSource
{
    private DemandSource()
    {
    }

    /// <summary>Ratio of the peak minute (the 99.9th percentile of minutes) to the mean; null to take the profile's own.</summary>
    public double? PeakToMean { get; init; }

    /// <summary>How input lengths are spread; null for the profile's own, or exponential around the daily mean.</summary>
    public LengthSpread? InputLengths { get; init; }

    /// <summary>How output lengths are spread; null for the same.</summary>
    public LengthSpread? OutputLengths { get; init; }

    /// <summary>The hours that the work is done in; null for always.</summary>
    public RunWindow? Window { get; init; }

    /// <summary>
    /// How long after the window's start (midnight where there is none) a day's work must be done, above zero and at most a day; null where it
    /// fills the window. The planner then decides for how many of these hours machines run.
    /// </summary>
    public TimeSpan? Deadline { get; init; }

    /// <summary>Time at the window's start in which machines start and nothing is served yet. Counted where the planner decides the hours.</summary>
    public TimeSpan StartUp { get; init; }

    /// <summary>Daily totals.</summary>
    /// <param name="InputTokensPerDay">Input tokens per day.</param>
    /// <param name="OutputTokensPerDay">Output tokens per day; zero for embeddings.</param>
    /// <param name="RequestsPerDay">Requests per day, above zero.</param>
    public sealed record Daily(double InputTokensPerDay, double OutputTokensPerDay, double RequestsPerDay) : DemandSource;

    /// <summary>Users and what each of them does.</summary>
    /// <param name="Count">Users on a day, above zero.</param>
    /// <param name="RequestsPerUserPerDay">Mean requests of one of them on a day, above zero.</param>
    /// <param name="InputTokensPerRequest">Mean input tokens of a request, at least 1.</param>
    /// <param name="OutputTokensPerRequest">Mean output tokens of a request; zero for embeddings.</param>
    public sealed record Users(double Count, double RequestsPerUserPerDay, double InputTokensPerRequest, double OutputTokensPerRequest) : DemandSource
    {
        /// <summary>Requests of all of them on a day.</summary>
        public double RequestsPerDay => Count * RequestsPerUserPerDay;
    }

    /// <summary>A measured profile, scaled.</summary>
    /// <param name="Profile">The profile: one of the catalog, or one beside the plan.</param>
    /// <param name="Scale">Factor on its request rate, above zero.</param>
    public sealed record Profiled(DemandProfile Profile, double Scale) : DemandSource;
}
