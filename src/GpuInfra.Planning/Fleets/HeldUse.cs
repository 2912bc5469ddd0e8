using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Plans.Ledgers;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Fleets;

/// <summary>Machines of a pool that run on a held reservation.</summary>
/// <param name="Reservation">Its id in the cloud.</param>
/// <param name="Kind">What kind of promise it is.</param>
/// <param name="Account">The account that holds it.</param>
/// <param name="Zone">The zone.</param>
/// <param name="Instances">The machines, at least 1.</param>
/// <param name="Hourly">What each is paid for an hour, used or not.</param>
/// <param name="End">Its last day; null when it holds until somebody cancels it.</param>
public sealed record HeldUse(
    string Reservation, ReservationKind Kind, string Account, string Zone, int Instances, UsdPerHour Hourly, DateOnly? End)
{
    /// <summary>Machines on a row of the ledger.</summary>
    internal static HeldUse Of(HeldReservation row, int instances) =>
        new(row.Id, row.Kind, row.Grant.Account, row.Zone, instances, row.Hourly, row.End);
}

/// <summary>Held capacity that is paid and that no machine of the fleet uses.</summary>
/// <param name="Name">The commitment's name or the reservation's id.</param>
/// <param name="What">What it is, as <c>reservation of p5.48xlarge in use1-az2</c>.</param>
/// <param name="Cloud">The cloud.</param>
/// <param name="Count">Machines, or GPUs of a family; zero where only hours of some are left over.</param>
/// <param name="Monthly">What that costs in an average month.</param>
public sealed record UnusedCapacity(string Name, string What, CloudProvider Cloud, int Count, Usd Monthly);
