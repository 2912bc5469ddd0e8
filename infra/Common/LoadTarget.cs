using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Plans;

namespace GpuInfra.Infra.Common;

/// <summary>How a pool's group follows load: by two figures that its machines publish (<c>meter.sh</c>), and ahead of a schedule.</summary>
internal sealed record LoadTarget
{
    /// <summary>Mean requests waiting for a place of a replica. On AWS of the pool, on Google Cloud of each machine.</summary>
    public const string AmazonWaiting = "RequestsWaiting";

    /// <inheritdoc cref="AmazonWaiting"/>
    public const string GoogleWaiting = "custom.googleapis.com/gpuinfra/requests_waiting";

    /// <summary>Mean share of places in use, in percent. On AWS of the pool, on Google Cloud of each machine.</summary>
    public const string AmazonInUse = "PlacesInUse";

    /// <inheritdoc cref="AmazonInUse"/>
    public const string GoogleInUse = "custom.googleapis.com/gpuinfra/places_in_use";

    /// <summary>What AWS calls the pool's id beside its figures.</summary>
    public const string AmazonDimension = "Pool";

    /// <summary>The namespace of the program's figures at AWS.</summary>
    public const string AmazonNamespace = "GpuInfra";

    /// <summary>Scheduled actions that AWS takes for a group; Google Cloud takes three more.</summary>
    public const int MostStretches = 125;

    /// <summary>What it is held to.</summary>
    public required PoolScaling Scaling { get; init; }

    /// <summary>When how many machines are there at least; null where no hours are known or the plan does not want it.</summary>
    public required PoolSchedule? Schedule { get; init; }

    /// <summary>From asking for a machine to its first token: before that its figures say nothing.</summary>
    public required TimeSpan Start { get; init; }

    /// <summary>The start in seconds, as clouds are told it.</summary>
    public int WarmUpSeconds => (int)Math.Ceiling(Start.TotalSeconds);

    /// <summary>How a pool of a fleet follows load; null when it stands at its size.</summary>
    public static LoadTarget? Of(FleetPlan fleet, Serving serving, Pool pool) => fleet.ScalingOf(pool) is not { } scaling ? null : new LoadTarget
    {
        Scaling = scaling,
        Schedule = scaling.FollowsSchedule ? fleet.Times.Schedules.GetValueOrDefault(pool.Id) : null,
        Start = PoolStart.Of(Catalog.Embedded, serving, pool).Total,
    };

    /// <summary>A stretch's name, as <c>mon-tue-0755</c>.</summary>
    public static string NameOf(ScheduledStretch stretch) => (stretch.Days.Length == 7 ? "daily" : string.Join('-', stretch.Days.Select(day => day.ToString()[..3].ToLowerInvariant())))
        + FormattableString.Invariant($"-{stretch.At:HHmm}");
}
