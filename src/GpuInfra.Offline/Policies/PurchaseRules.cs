using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Plans;
using Pulumi.Offline;

namespace GpuInfra.Offline.Checks;

/// <summary>Checks of how machines are bought.</summary>
internal static class PurchaseChecks
{
    private const string LaunchTemplate = "aws:ec2/launchTemplate:LaunchTemplate";
    private const string AutoScalingGroup = "aws:autoscaling/group:Group";

    private static readonly string[] GoogleTemplates =
        ["gcp:compute/instanceTemplate:InstanceTemplate", "gcp:compute/regionInstanceTemplate:RegionInstanceTemplate"];

    /// <summary>People never wait for an answer from a machine that may vanish.</summary>
    public static PreviewCheck SpotNeverOnline { get; } = new(
        "spot-never-online",
        "no online serving runs on interruptible machines",
        record =>
        {
            var online = record.Fleet.Servings.Where(fleet => fleet.Serving.Kind == ServingKind.Online)
                .Select(fleet => fleet.Serving.Name).ToHashSet(StringComparer.Ordinal);
            var planned = record.Fleet.Pools.Where(pool => pool.Tier == Tier.Spot && online.Contains(pool.Serving))
                .Select(pool => new Finding(pool.Id, $"the plan puts the online serving {pool.Serving} on spot"));
            var registered = record.Resolved.Resources.Where(IsInterruptible)
                .Select(resource => (resource, serving: PoolOf(record, resource)?.Serving))
                .Where(pair => pair.serving is not null && online.Contains(pair.serving))
                .Select(pair => new Finding(
                    pair.resource.Urn, $"starts interruptible machines for the online serving {pair.serving}"));
            return planned.Concat(registered);
        });

    /// <summary>A reservation serves the pool it was made for, and no pool takes another's.</summary>
    public static PreviewCheck ReservationTargeted { get; } = new(
        "reservation-targeted",
        "every reservation is held for its own pool",
        record => record.Resolved.Resources.SelectMany(resource =>
            Untargeted(resource, PoolOf(record, resource)?.Tier == Tier.Reserved)
                .Select(reason => new Finding(resource.Urn, reason))));

    private static bool IsInterruptible(ResourceRecord resource)
    {
        var inputs = resource.Inputs;
        return resource.Type switch
        {
            LaunchTemplate => inputs.TextAt("instanceMarketOptions", "marketType") == "spot",
            AutoScalingGroup => inputs.At("mixedInstancesPolicy", "instancesDistribution") is { } mix
                && (mix.TextAt("onDemandPercentageAboveBaseCapacity") ?? "100") != "100",
            _ => GoogleTemplates.Contains(resource.Type)
                && (inputs.TextAt("scheduling", "provisioningModel") == "SPOT"
                    || inputs.TextAt("scheduling", "preemptible") == "true"),
        };
    }

    private static IEnumerable<string> Untargeted(ResourceRecord resource, bool reserved)
    {
        var inputs = resource.Inputs;
        var target = inputs.At("capacityReservationSpecification", "capacityReservationTarget");
        return resource.Type switch
        {
            "aws:ec2/capacityReservation:CapacityReservation" when inputs.TextAt("instanceMatchCriteria") != "targeted" =>
                ["any machine may take this reservation: instanceMatchCriteria is not targeted"],
            "gcp:compute/reservation:Reservation" when inputs.TextAt("specificReservationRequired") != "true" =>
                ["any machine may take this reservation: specificReservationRequired is not true"],
            AutoScalingGroup when reserved && target is null =>
                ["a reserved pool's machines name no reservation"],
            AutoScalingGroup when !reserved && target is not null =>
                ["these machines take a reservation that is not theirs"],
            _ when GoogleTemplates.Contains(resource.Type) => Affinity(inputs.TextAt("reservationAffinity", "type"), reserved),
            _ => [],
        };
    }

    private static IEnumerable<string> Affinity(string? affinity, bool reserved) => (affinity, reserved) switch
    {
        ("SPECIFIC_RESERVATION", true) or ("NO_RESERVATION", false) => [],
        (_, true) => [$"a reserved pool's machines name no reservation: reservationAffinity is {affinity ?? "not set"}"],
        _ => [$"these machines may take a reservation that is not theirs: reservationAffinity is {affinity ?? "not set"}"],
    };

    /// <summary>The pool that a resource belongs to, by its name; null when it belongs to none.</summary>
    private static Pool? PoolOf(PreviewRecord record, ResourceRecord resource) => record.Fleet.Pools
        .Where(pool => resource.Name == pool.Id || resource.Name.StartsWith($"{pool.Id}-", StringComparison.Ordinal))
        .MaxBy(pool => pool.Id.Length);
}
