using GpuInfra.Infra.Google;
using Pulumi.Offline;

namespace GpuInfra.Offline.Policies;

/// <summary>The policy of what is bought and cannot be undone.</summary>
internal static class ApprovalRules
{
    /// <summary>Types that buy for a time, and the input that says what: its very offering where the cloud has offerings, else its name.</summary>
    private static readonly (string Type, string Offering)[] OneWay =
    [
        ("aws:ec2/capacityBlockReservation:", "capacityBlockOfferingId"),
        ("gcp:compute/futureReservation:", "name"),
        ("gcp:compute/regionCommitment:", "name"),
    ];

    /// <summary>A future reservation that says that it is a draft binds nobody.</summary>
    public static bool IsDraft(ResourceRecord resource) => resource.Type == ResourceTypes.FutureReservation && resource.Inputs.TextAt("planningStatus") == GoogleFutureReservations.Draft;

    /// <summary>Nothing is bought for good without a file that names it.</summary>
    public static Policy<Evidence> Approved { get; } = new(
        "approved",
        "every Capacity Block, future reservation and commitment that is bought names an offering that a file in approvals/ agrees to",
        "have the owners of approvals/ add a file with the offering, the sum and the last day, and name it in the ledger or the plan's commitments.",
        evidence => evidence.Look(resource =>
            IsDraft(resource) ? [] : OneWay.FirstOrDefault(door => resource.Type.StartsWith(door.Type, StringComparison.Ordinal)) is { Offering: { } input }
                ? Values.Unless(
                    resource.Inputs.TextAt(input) is { } offering && evidence.Fleet.Plan.AllApprovals().Any(approval => approval.Offering == offering && evidence.Record.Today <= approval.Expires),
                    $"nobody agreed to {resource.Inputs.TextAt(input) ?? "what it buys"}, or not until {evidence.Record.Today.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture)}")
                : null))
    {
        NotWaivable = "an approval is the waiver: it needs its own owners",
    };
}
