using System.Collections.Immutable;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Bridges;

/// <summary>
/// What moves the cost of a fleet's machines from one month's fleet to another, split so that the parts add up to the change, to the cent.
/// <para>
/// Between two plans the inputs are changed one after the other, in the order of <see cref="BridgeFactor"/>, and the deployed month is planned
/// again after each: a part is what the machines that are bought move by at their turn, before commitments and before pools are rounded to cents.
/// What is held is told by itself: the commitments' part is what commitments take off less afterwards, what held machines are paid for more, used
/// or not, and the machines that need not be bought for them. The order matters where two changes
/// act on each other, as a price that rises on machines that demand adds; it is fixed, so the same two plans always give the same parts. A
/// change that cannot be planned by itself goes together with the next one, and is noted.
/// </para>
/// <para>
/// A fleet that was not planned now (a lock) is told apart from the same plan, planned now, by its pools: what prices moved is price, the rest
/// is calibration, since figures and program are all that can differ.
/// </para>
/// </summary>
/// <param name="Before">The earlier cost of a month.</param>
/// <param name="After">The later one.</param>
/// <param name="Parts">One part for each factor that the bridge tells apart, in order, zero ones included. They add up to the change.</param>
/// <param name="Notes">What could not be told apart.</param>
public sealed record CostBridge(Usd Before, Usd After, ImmutableArray<BridgePart> Parts, ImmutableArray<string> Notes)
{
    private static readonly ImmutableArray<BridgeFactor> OfPlans =
        [BridgeFactor.Demand, BridgeFactor.Calibration, BridgeFactor.Price, BridgeFactor.Policy, BridgeFactor.Commitments, BridgeFactor.Rounding];

    private static readonly ImmutableArray<BridgeFactor> OfPools =
        [BridgeFactor.Price, BridgeFactor.Machines, BridgeFactor.Commitments, BridgeFactor.Rounding];

    /// <summary>The part of a factor; zero for one that this bridge does not tell apart.</summary>
    public Usd Of(BridgeFactor factor) => Parts.FirstOrDefault(part => part.Factor == factor)?.Amount ?? default;

    /// <summary>The bridge between two fleets whose inputs are known.</summary>
    /// <param name="before">What the earlier fleet was planned from.</param>
    /// <param name="deployedBefore">The earlier fleet, as it is deployed.</param>
    /// <param name="after">What the later fleet is planned from.</param>
    /// <param name="deployedAfter">The later fleet, as it would be deployed.</param>
    public static CostBridge Between(FleetInputs before, FleetPlan deployedBefore, FleetInputs after, FleetPlan deployedAfter) =>
        Between(
            before, PricedFleet.Of(deployedBefore), after, PricedFleet.Of(deployedAfter), inputs => PricedFleet.Of(inputs.Deployed()));

    /// <summary>The same with another way to plan: a plan's month, or a refusal.</summary>
    internal static CostBridge Between(
        FleetInputs before,
        PricedFleet fleetBefore,
        FleetInputs after,
        PricedFleet fleetAfter,
        Func<FleetInputs, PricedFleet> plan)
    {
        var sum = new BridgeSum(fleetBefore, fleetAfter);
        var waiting = new List<BridgeFactor>();
        var reached = fleetBefore.Pools;
        var tried = "";
        foreach (var step in InputSteps.Between(before, after))
        {
            if (step.Inputs.Identity == tried)
            {
                continue;
            }

            tried = step.Inputs.Identity;
            try
            {
                var pools = plan(step.Inputs).Pools;
                if (step.Factor is { } factor)
                {
                    sum.Add(factor, reached, pools);
                }
                else
                {
                    // The same plan, planned now: figures and program may have moved since it was locked.
                    sum.AddByPool(BridgeFactor.Calibration, reached, pools);
                }

                reached = pools;
                sum.Note(waiting, step.Factor);
                waiting.Clear();
            }
            catch (PlanException)
            {
                waiting.Add(step.Factor ?? BridgeFactor.Calibration);
            }
        }

        // A lock again, or the very fleet that was reached.
        sum.AddByPool(BridgeFactor.Calibration, reached, fleetAfter.Pools);
        sum.Note(waiting, BridgeFactor.Calibration);
        return sum.Close(OfPlans);
    }

    /// <summary>
    /// The bridge between two fleets of which only the pools are known: two locks, or two records. Demand, calibration and policy are one part
    /// then (<see cref="BridgeFactor.Machines"/>).
    /// </summary>
    public static CostBridge Between(PricedFleet before, PricedFleet after)
    {
        var sum = new BridgeSum(before, after);
        sum.AddByPool(BridgeFactor.Machines, before.Pools, after.Pools);
        return sum.Close(OfPools);
    }
}

/// <summary>What a cost changes by.</summary>
public enum BridgeFactor
{
    /// <summary>Workloads, their growth, and the month.</summary>
    Demand,

    /// <summary>Coefficients of the performance model, figures of GPUs and models, and the program itself.</summary>
    Calibration,

    /// <summary>Prices and what is agreed about them.</summary>
    Price,

    /// <summary>Everything else that a plan says: places, servings, headroom, promises, purchasing.</summary>
    Policy,

    /// <summary>What held commitments and reservations cost more, and what is bought less for them.</summary>
    Commitments,

    /// <summary>Which machines run, whatever the reason: demand, calibration and policy where only pools are known.</summary>
    Machines,

    /// <summary>Cents: every pool is rounded to them, and so is every part.</summary>
    Rounding,
}

/// <summary>A part of a bridge.</summary>
/// <param name="Factor">What moved the cost.</param>
/// <param name="Amount">By how much, in whole cents; negative for less.</param>
public sealed record BridgePart(BridgeFactor Factor, Usd Amount);
