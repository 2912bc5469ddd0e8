using System.Globalization;
using GpuInfra.Infra.Common;
using Pulumi;
using Pulumi.Gcp.Compute;
using Pulumi.Gcp.Compute.Inputs;

namespace GpuInfra.Infra.Google;

/// <summary>
/// Future reservations that the ledger's lines ask for. A draft is what Google shows and nobody owes; one that an approval lets be submitted is paid for its whole time once it is accepted, so it is
/// protected, and stays when its line leaves the ledger.
/// </summary>
internal static class GoogleFutureReservations
{
    public const string Draft = "DRAFT";
    public const string Submitted = "SUBMITTED";

    public static void Add(CloudAccount account, Resource parent)
    {
        foreach (var request in account.Futures)
        {
            var options = account.Last(parent);
            options.Protect = options.RetainOnDelete = request.IsSubmitted;
            _ = new FutureReservation(request.Name, new FutureReservationArgs
            {
                Name = request.Name, // The approval names it.
                Project = account.Account,
                Zone = request.Zone,
                Description = $"{account.Settings.Project}/{account.Settings.Stack}",
                PlanningStatus = request.IsSubmitted ? Submitted : Draft,
                SpecificReservationRequired = true, // Otherwise machines cannot name what it becomes.
                ReservationName = request.Name,
                AutoDeleteAutoCreatedReservations = true, // What it becomes is billed on after its end otherwise.
                DeletionPolicy = request.IsSubmitted ? "PREVENT" : "DELETE",
                TimeWindow = new FutureReservationTimeWindowArgs { StartTime = Midnight(request.Start), EndTime = Midnight(request.End.AddDays(1)) },
                SpecificSkuProperties = new FutureReservationSpecificSkuPropertiesArgs
                {
                    TotalCount = request.Count.ToString(CultureInfo.InvariantCulture),

                    // No accelerators: the type brings them, and the provider fails with them.
                    InstanceProperties = new FutureReservationSpecificSkuPropertiesInstancePropertiesArgs { MachineType = request.InstanceType },
                },
            }, options);
        }
    }

    private static string Midnight(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) + "T00:00:00Z";
}
