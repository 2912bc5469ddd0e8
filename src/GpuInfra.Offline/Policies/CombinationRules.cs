using Pulumi.Offline;

namespace GpuInfra.Offline.Policies;

/// <summary>
/// What AWS takes each for itself and refuses together, often only when the first machine is started. What no plan can say is watched all the same: the program
/// writes these inputs.
/// </summary>
internal static class CombinationRules
{
    private const string Only = "capacity-reservations-only";

    public static Policy<Evidence> AcceptedCombinations { get; } = new(
        "accepted-combinations",
        "templates, groups and reservations hold nothing that AWS refuses together",
        "take out the one that does not belong to the pool's tier; docs/policies/accepted-combinations.md lists them.",
        evidence =>
        {
            var templates = evidence.Resources.Where(resource => resource.Type == ResourceTypes.LaunchTemplate).ToDictionary(template => template.Urn, StringComparer.Ordinal);
            return evidence.Look(resource => resource.Type switch
            {
                ResourceTypes.LaunchTemplate => OfTemplate(resource.Inputs),
                ResourceTypes.AutoScalingGroup => OfGroup(resource, [.. resource.Dependencies.Where(templates.ContainsKey).Select(urn => templates[urn].Inputs)]),
                ResourceTypes.CapacityReservation => OfReservation(resource.Inputs),
                _ => null,
            });
        });

    private static IEnumerable<string> OfTemplate(PropertyValue template)
    {
        var choice = template.At("capacityReservationSpecification");
        var (preference, target) = (choice.TextAt("capacityReservationPreference"), choice.At("capacityReservationTarget"));
        var isOnReservation = target is not null || preference is Only or "capacity-reservations-first";
        if (template.TextAt("instanceMarketOptions", "marketType") == "spot" && isOnReservation)
        {
            yield return "spot machines cannot start on a reservation";
        }

        if (target is not null && preference is not null and not Only)
        {
            yield return $"a reservation's target beside the preference {preference}";
        }

        if (target.At("capacityReservationId") is not null && target.At("capacityReservationResourceGroupArn") is not null)
        {
            yield return "a reservation's id beside a group of reservations";
        }

        if (template.At("instanceType") is not null && template.At("instanceRequirements") is not null)
        {
            yield return "instanceType beside instanceRequirements";
        }

        if (template.ListAt("networkInterfaces").Any() && template.ListAt("vpcSecurityGroupIds").Any())
        {
            yield return "vpcSecurityGroupIds beside networkInterfaces, which have security groups of their own";
        }
    }

    private static IEnumerable<string> OfGroup(ResourceRecord group, List<PropertyValue.Map> templates)
    {
        var inputs = group.Inputs;
        var choice = inputs.At("capacityReservationSpecification");
        var (preference, target) = (choice.TextAt("capacityReservationPreference"), choice.At("capacityReservationTarget"));
        var overrides = inputs.ListAt("mixedInstancesPolicy", "launchTemplate", "overrides").Select(rung => rung.TextAt("instanceType")).Distinct().Count();
        if (inputs.At("launchTemplate") is not null && inputs.At("mixedInstancesPolicy") is not null)
        {
            yield return "launchTemplate beside mixedInstancesPolicy, which has one of its own";
        }

        if (inputs.At("mixedInstancesPolicy") is not null && templates.Any(template => template.TextAt("instanceMarketOptions", "marketType") == "spot"))
        {
            yield return "a market in the template beside mixedInstancesPolicy, which says how much is spot";
        }

        if (PurchaseRules.IsSpotGroup(group) && (target is not null || preference is Only or "capacity-reservations-first"))
        {
            yield return "spot machines cannot start on a reservation";
        }

        if (target is not null && preference is not null and not Only)
        {
            yield return $"a reservation's target beside the preference {preference}";
        }

        if (target.ListAt("capacityReservationIds").Any() && target.ListAt("capacityReservationResourceGroupArns").Any())
        {
            yield return "ids of reservations beside a group of them";
        }

        if (inputs.TextAt("availabilityZoneDistribution", "capacityDistributionStrategy") == "reservations-then-balanced" && target is null)
        {
            yield return "reservations-then-balanced without a reservation as target";
        }

        if (overrides > 1 && templates.Any(HasFabric))
        {
            yield return "several instance types on one template with EFA, whose cards differ in number";
        }

        if (inputs.At("warmPool") is not null)
        {
            foreach (var fault in OfWarmPool(group, overrides, preference))
            {
                yield return fault;
            }
        }

        if (!templates.Any(template => template.TextAt("instanceMarketOptions", "marketType") == "capacity-block"))
        {
            yield break;
        }

        if (inputs.At("mixedInstancesPolicy") is not null)
        {
            yield return "a Capacity Block in a mixed instances policy";
        }

        if (inputs.At("warmPool") is not null)
        {
            yield return "a Capacity Block with a warm pool";
        }

        if (inputs.ListAt("vpcZoneIdentifiers").Count() > 1)
        {
            yield return "a Capacity Block in several zones; it stands in one";
        }
    }

    /// <summary>AWS has no warm pools of spot machines (Auto Scaling user guide, warm pools, limitations); a reservation would be paid and stand empty while its machines are stopped.</summary>
    private static IEnumerable<string> OfWarmPool(ResourceRecord group, int overrides, string? preference)
    {
        if (PurchaseRules.IsSpotGroup(group))
        {
            yield return "a warm pool of spot machines";
        }

        if (overrides > 1)
        {
            yield return "a warm pool over several instance types, which need not have the machines that are wanted";
        }

        if (preference is Only or "capacity-reservations-first")
        {
            yield return "a warm pool on a reservation, which is paid while its machines are stopped";
        }
    }

    private static IEnumerable<string> OfReservation(PropertyValue reservation)
    {
        var (end, type) = (reservation.At("endDate"), reservation.TextAt("endDateType"));
        if (end is not null && type != "limited")
        {
            yield return $"endDate with endDateType {type ?? "not set"}, not limited";
        }

        if (end is null && type == "limited")
        {
            yield return "endDateType limited without endDate";
        }
    }

    private static bool HasFabric(PropertyValue.Map template) =>
        template.ListAt("networkInterfaces").Any(card => card.TextAt("interfaceType")?.StartsWith("efa", StringComparison.Ordinal) == true);
}
