using GpuInfra.Offline.Policies;
using GpuInfra.Planning.Units;
using Pulumi.Offline;

namespace GpuInfra.Offline.Costs;

/// <summary>
/// Prices reservations. A reserved hour is billed once, at the on-demand rate, used or not: hours that machines use are counted with
/// their group, and only the others here.
/// </summary>
internal static class ReservationPricing
{
    private const string Filled = "its machines fill it, and they are priced with their group";
    private const string Drafted = "a draft binds nobody";
    private const string Submitted = "paid for its whole time once Google accepts it, from its first day on; plan's warning says how much";
    private const string AmazonReservation = "aws:ec2/capacityReservation:CapacityReservation";
    private const string AmazonMember = "aws:resourcegroups/resource:Resource";
    private const string AmazonReservationGroup = "aws:resourcegroups/group:Group";

    /// <summary>An On-Demand Capacity Reservation. Machines that run on a resource group fill its members evenly.</summary>
    public static Pricing Amazon(ResourceRecord reservation, PricingContext context)
    {
        var run = context.Run;
        var pools = run.Using(reservation, "resourceArn", AmazonMember)
            .SelectMany(member => run.Behind(member, "groupArn", AmazonReservationGroup)).ToList();
        var nodes = pools.SelectMany(pool => run.Using(pool, "capacityReservationSpecification", ResourceTypes.LaunchTemplate))
            .SelectMany(template => run.Using(template, "launchTemplate", ResourceTypes.EksNodeGroup));
        var used = pools.SelectMany(pool => run.Using(pool, "capacityReservationSpecification", AmazonGroups.Group)).Concat(nodes)
            .Sum(group => context.Groups[group.Urn].MachineHours);
        var held = pools.SelectMany(pool => run.Using(pool, "groupArn", AmazonMember))
            .SelectMany(member => run.Behind(member, "resourceArn", AmazonReservation))
            .Sum(member => Count(member, "instanceCount"));
        var count = Count(reservation, "instanceCount");
        return Idle(reservation, context, reservation.Inputs.TextAt("instanceType"), count, held == 0 ? 0 : used * count / held);
    }

    /// <summary>A specific reservation. Machines of the templates that name it fill it.</summary>
    public static Pricing Google(ResourceRecord reservation, PricingContext context)
    {
        var run = context.Run;
        var used = run.Using(reservation, "reservationAffinity", GoogleGroups.Template)
            .SelectMany(template => run.Using(template, "versions", GoogleGroups.ZonalGroup)
                .Concat(run.Using(template, "versions", GoogleGroups.RegionalGroup)))
            .Concat(run.Using(reservation, "nodeConfig", ResourceTypes.GkeNodePool))
            .Sum(group => context.Groups[group.Urn].MachineHours);
        var machine = reservation.Inputs.At("specificReservation", "instanceProperties");
        var attached = machine.ListAt("guestAccelerators").FirstOrDefault();
        return Idle(
            reservation, context, machine.TextAt("machineType"), Count(reservation, "specificReservation", "count"), used,
            attached.TextAt("acceleratorType"), (int)(attached.NumberAt("acceleratorCount") ?? 0));
    }

    /// <summary>A draft costs nothing. What a submitted one costs begins with its time, and is held capacity then.</summary>
    public static Pricing Future(ResourceRecord reservation, PricingContext context) => ApprovalRules.IsDraft(reservation)
        ? Pricing.Free(Drafted)
        : context.Bill(reservation).Unpriced("future reservation", Submitted).ToPricing(Submitted);

    private static Pricing Idle(
        ResourceRecord reservation, PricingContext context, string? machineType, decimal count, decimal used,
        string? accelerator = null, int accelerators = 0)
    {
        var idle = Math.Max(0, count * UsdPerHour.HoursPerMonth - used);
        var bill = context.Bill(reservation);
        if (idle == 0)
        {
            return Pricing.Free(Filled);
        }

        if (context.Offer(reservation, machineType ?? "", accelerator, accelerators) is not { } offer)
        {
            return bill.Unpriced($"{machineType} reserved", $"no price row for {context.Run.RegionOf(reservation)}").ToPricing(Filled);
        }

        var formula = FormattableString.Invariant($"{count:0} × {UsdPerHour.HoursPerMonth} h reserved - {used:0.##} h used");
        return bill.Add(CostKind.IdleReservations, offer, "reserved", offer.OnDemand, idle, formula).ToPricing(Filled);
    }

    private static decimal Count(ResourceRecord reservation, params ReadOnlySpan<string> path) => reservation.Inputs.NumberAt(path) ?? 0;
}
