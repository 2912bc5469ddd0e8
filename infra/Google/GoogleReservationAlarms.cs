using GpuInfra.Infra.Common;
using GpuInfra.Planning.Fleets;
using Pulumi;

namespace GpuInfra.Infra.Google;

/// <summary>
/// Tells the owners of reserved pools when machines that are paid do not run. Google tells it of each reservation by a number that is not in its name, so what is compared is all that the
/// project has reserved in a zone of theirs, and what of it is used; a changed demand changes no alert.
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
                $"Reserved machines in {zone} are paid and do not run",
                $"sum({Over("min", "reserved", zone)}) - (sum({Over("max", "used", zone)}) or vector(0)) > 0",
                of: zone);
        }

        RegisterOutputs();
    }

    private static string Over(string which, string figure, string zone) =>
        FormattableString.Invariant($"{which}_over_time(compute_googleapis_com:reservation_{figure}{{monitored_resource=\"compute.googleapis.com/Reservation\",location=\"{zone}\"}}[{WindowMinutes}m])");
}
