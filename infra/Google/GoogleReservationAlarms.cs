using GpuInfra.Infra.Common;
using GpuInfra.Planning.Fleets;
using Pulumi;

namespace GpuInfra.Infra.Google;

/// <summary>
/// Tells the owners of reserved pools when machines that are paid do not run. Google tells it of each reservation by a number, which no output of one has, so each of the
/// project's in a zone of theirs is compared with what is used of it, and the alert says the number; a changed demand changes no alert.
/// </summary>
internal sealed class GoogleReservationAlarms : ComponentResource
{
    /// <summary>Google samples the two figures every half hour at worst.</summary>
    private const int WindowMinutes = 60;

    public GoogleReservationAlarms(RegionFleet region, ComponentResourceOptions options)
        : base("gpuinfra:google:ReservationAlarms", region.Name, options)
    {
        var pools = region.Pools.Select(plan => plan.Pool).Where(pool => pool.Tier == Tier.Reserved).ToList();
        var name = Names.Fit($"gpuinfra-{region.Region}-reserved", Names.GoogleAutoName);
        var alarms = new GoogleAlarms(name, region, "reservation-unused", pools, this);
        foreach (var zone in pools.SelectMany(pool => pool.Zones).Where(zone => zone.Instances > 0).Select(zone => zone.Zone).Distinct().Order(StringComparer.Ordinal))
        {
            alarms.OnFigures(
                "google-cloud",
                $"Machines of a reservation in {zone} are paid and do not run",
                $"{Over("min", "reserved", zone)} - ({Over("max", "used", zone)} or 0 * {Over("max", "reserved", zone)}) > 0",
                of: zone);
        }

        RegisterOutputs();
    }

    private static string Over(string which, string figure, string zone) =>
        FormattableString.Invariant($"sum by (reservation_id) ({which}_over_time(compute_googleapis_com:reservation_{figure}{{monitored_resource=\"compute.googleapis.com/Reservation\",location=\"{zone}\"}}[{WindowMinutes}m]))");
}
