using GpuInfra.Planning.Fleets;
using Pulumi.Offline;

namespace GpuInfra.Offline.Policies;

/// <summary>A reservation serves the pool it was made for, and no pool takes another's.</summary>
internal static class ReservationRules
{
    public static Policy<Evidence> ReservationTargeted { get; } = new(
        "reservation-targeted",
        "every reservation is held for its own pool, and every other machine keeps off reservations",
        "AWS: instanceMatchCriteria targeted, groups capacity-reservations-only or none. Google Cloud: specificReservationRequired, "
            + "templates SPECIFIC_RESERVATION or NO_RESERVATION.",
        evidence => evidence.Look(resource => Faults(resource, evidence.PoolOf(resource)?.Tier == Tier.Reserved, BlockTemplates(evidence), evidence)));

    /// <summary>Templates of machines that start on a Capacity Block.</summary>
    private static HashSet<string> BlockTemplates(Evidence evidence) =>
        [.. evidence.Resources.Where(resource => resource.Type == ResourceTypes.LaunchTemplate && NamesBlock(resource)).Select(resource => resource.Urn)];

    private static bool NamesBlock(ResourceRecord template) =>
        template.Inputs.TextAt("instanceMarketOptions", "marketType") == "capacity-block"
        && template.Inputs.TextAt("capacityReservationSpecification", "capacityReservationTarget", "capacityReservationId") is not null
        && template.Inputs.At("capacityReservationSpecification", "capacityReservationPreference") is null; // EC2 refuses the two together.

    private static IEnumerable<string>? Faults(ResourceRecord resource, bool reserved, HashSet<string> blocks, Evidence evidence) => resource.Type switch
    {
        ResourceTypes.LaunchTemplate when evidence.Dependents(resource, ResourceTypes.EksNodeGroup).Any() => OfNodes(resource, reserved),
        ResourceTypes.GkeNodePool => Affinity(OfNodePool(resource), reserved),
        ResourceTypes.LaunchTemplate => Values.Unless(
            NamesBlock(resource) || (resource.Inputs.At("capacityReservationSpecification") is null && resource.Inputs.TextAt("instanceMarketOptions", "marketType") != "capacity-block"),
            "a Capacity Block needs both marketType capacity-block and its id, and nothing else belongs here"),
        ResourceTypes.AutoScalingGroup when reserved && resource.Dependencies.Any(blocks.Contains) => OnBlock(resource),
        ResourceTypes.CapacityReservation => Values.Unless(
            resource.Inputs.TextAt("instanceMatchCriteria") == "targeted",
            "any machine may take this reservation: instanceMatchCriteria is not targeted"),
        ResourceTypes.GoogleReservation => Values.Unless(
            resource.Inputs.TextAt("specificReservationRequired") == "true",
            "any machine may take this reservation: specificReservationRequired is not true"),
        ResourceTypes.AutoScalingGroup => reserved ? OnReservation(resource) : OffReservations(resource),
        _ when ResourceTypes.GoogleTemplates.Contains(resource.Type) => Affinity(resource.Inputs.At("reservationAffinity"), reserved),
        _ => null,
    };

    /// <summary>EKS's groups take their reservation from the template.</summary>
    private static IEnumerable<string> OfNodes(ResourceRecord template, bool reserved)
    {
        var choice = template.Inputs.At("capacityReservationSpecification");
        return reserved
            ? Values.Unless(
                NamesBlock(template)
                    || (choice.TextAt("capacityReservationPreference") == "capacity-reservations-only" && choice.TextAt("capacityReservationTarget", "capacityReservationResourceGroupArn") is not null),
                "a reserved pool's nodes may start outside their reservation: the template names neither a Capacity Block nor a group of reservations with capacity-reservations-only")
            : Values.Unless(choice.At("capacityReservationTarget") is null, "these nodes take a reservation that is not theirs");
    }

    /// <summary>A node pool's choice in the words of an instance template; nodes without GPUs make none.</summary>
    private static PropertyValue? OfNodePool(ResourceRecord pool)
    {
        var choice = pool.Inputs.At("nodeConfig", "reservationAffinity");
        return new PropertyValue.Map(System.Collections.Immutable.ImmutableSortedDictionary<string, PropertyValue>.Empty
            .Add("type", new PropertyValue.Text(choice.TextAt("consumeReservationType") ?? (pool.Inputs.ListAt("nodeConfig", "guestAccelerators").Any() ? "not set" : "NO_RESERVATION")))
            .Add("specificReservation", choice ?? PropertyValue.NullValue));
    }

    private static IEnumerable<string> OnReservation(ResourceRecord group)
    {
        var choice = group.Inputs.At("capacityReservationSpecification");
        var preference = choice.TextAt("capacityReservationPreference");
        var target = choice.At("capacityReservationTarget");
        if (!target.ListAt("capacityReservationResourceGroupArns").Concat(target.ListAt("capacityReservationIds")).Any())
        {
            yield return "a reserved pool's machines name no reservation";
        }

        if (preference != "capacity-reservations-only")
        {
            yield return "a reserved pool's machines may start outside their reservation: capacityReservationPreference is "
                + $"{preference ?? "not set"}, not capacity-reservations-only";
        }
    }

    /// <summary>The template names the block; a choice of the group's own beside it is refused by EC2.</summary>
    private static IEnumerable<string> OnBlock(ResourceRecord group) => Values.Unless(
        group.Inputs.At("capacityReservationSpecification") is null && group.Inputs.At("mixedInstancesPolicy") is null,
        "machines on a Capacity Block take their reservation from the template alone");

    /// <summary>Spot machines never take a reservation, and EC2 refuses them beside a choice of reservations: there none is right.</summary>
    private static IEnumerable<string> OffReservations(ResourceRecord group)
    {
        var choice = group.Inputs.At("capacityReservationSpecification");
        var preference = choice.TextAt("capacityReservationPreference");
        if (choice.At("capacityReservationTarget") is not null)
        {
            yield return "these machines take a reservation that is not theirs";
        }

        if (preference != "none" && !(preference is null && PurchaseRules.IsSpotGroup(group)))
        {
            yield return "these machines may take a reservation that is not theirs: capacityReservationPreference is "
                + $"{preference ?? "not set"}, not none";
        }
    }

    private static IEnumerable<string> Affinity(PropertyValue? affinity, bool reserved)
    {
        var type = affinity.TextAt("type");
        return (type, reserved) switch
        {
            ("SPECIFIC_RESERVATION", true) => Values.Unless(
                affinity.ListAt("specificReservation", "values").Any(), "a reserved pool's machines name no reservation"),
            ("NO_RESERVATION", false) => [],
            (_, true) => [$"a reserved pool's machines name no reservation: reservationAffinity is {type ?? "not set"}"],
            _ => [$"these machines may take a reservation that is not theirs: reservationAffinity is {type ?? "not set"}"],
        };
    }
}
