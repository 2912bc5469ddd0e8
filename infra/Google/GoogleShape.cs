using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Fleets;
using Pulumi.Gcp.Compute;
using Pulumi.Gcp.Compute.Inputs;

namespace GpuInfra.Infra.Google;

/// <summary>
/// What must agree between a machine and its reservation; a reservation that differs in it is paid for and never used. One value
/// makes both.
/// </summary>
/// <param name="MachineType">The machine type.</param>
/// <param name="AttachedGpu">Google's name of the GPUs to attach; null where the machine type brings them.</param>
/// <param name="Gpus">GPUs to attach.</param>
internal sealed record GoogleShape(string MachineType, string? AttachedGpu, int Gpus)
{
    /// <summary>Families that take Hyperdisk and no persistent disk.</summary>
    private static readonly string[] HyperdiskOnly = ["a3-ultragpu-", "a4-", "a4x-", "g4-"];

    /// <summary>The boot disk's type.</summary>
    public string DiskType => HyperdiskOnly.Any(family => MachineType.StartsWith(family, StringComparison.Ordinal))
        ? "hyperdisk-balanced"
        : "pd-balanced";

    public static GoogleShape Of(Pool pool) =>
        new(pool.MachineType, pool.AttachedGpu ? AcceleratorOf(pool) : null, pool.GpusPerInstance);

    /// <summary>Machines held in a zone for those that name the reservation, and no others.</summary>
    public ReservationArgs Reservation(PoolZone zone, bool protect)
    {
        var properties = new ReservationSpecificReservationInstancePropertiesArgs { MachineType = MachineType };
        if (AttachedGpu is not null)
        {
            properties.GuestAccelerators = new ReservationSpecificReservationInstancePropertiesGuestAcceleratorArgs
            {
                AcceleratorType = AttachedGpu,
                AcceleratorCount = Gpus,
            };
        }

        return new ReservationArgs
        {
            Zone = zone.Zone,
            SpecificReservationRequired = true, // Otherwise it cannot be named: Google refuses the machine.
            SpecificReservation = new ReservationSpecificReservationArgs
            {
                Count = zone.Instances,
                InstanceProperties = properties,
            },
            DeletionPolicy = protect ? "PREVENT" : "DELETE",
        };
    }

    /// <summary>Google's name of a pool's GPUs.</summary>
    public static string AcceleratorOf(Pool pool) => Catalog.Embedded.FindGpu(pool.Gpu)?.GoogleAcceleratorType
        ?? throw new InvalidOperationException($"{pool.Id}: Google Cloud has no accelerator type for {pool.Gpu}.");
}
