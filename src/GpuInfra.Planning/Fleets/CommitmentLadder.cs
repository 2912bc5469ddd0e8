using System.Collections.Immutable;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Fleets;

/// <summary>
/// Commitment terms laid under the load-duration curve of one offer of a serving: information, in no total, until somebody buys.
/// <para>
/// The maths. Instance n is needed in the share u_n of hours in which demand exceeds what n − 1 instances carry; those kept for losses are
/// needed in all of them and come first. On demand it costs p u_n an hour, where it runs only when needed; under term t with discount d_t it costs p (1 − d_t), needed or not. So t pays
/// from the break-even use 1 − d_t on, and instance n goes to the term with the greatest expected saving E[u_n] − (1 − d_t), or to
/// none where that is not above zero. With one term that is the newsvendor's critical ratio: the last instance committed to is the one at the
/// d-quantile of demand, because a missing one loses d p and one too many (1 − d) p.
/// </para>
/// <para>
/// u_n is the mean over the term's months; after the plan's horizon its last month goes on. Expectation is over futures with their weights; the regret
/// of a future is what the ladder costs more in it than the one that would have been best had it been known. The least worst regret is looked
/// for among ladders that commit to the most needed instances: with one term, and demands that do not vary of L and H instances, at (1 − d) L + d H
/// (minimax regret of the newsvendor: Perakis and Roels, <i>Operations Research</i> 56(1), 2008).
/// </para>
/// </summary>
public sealed record CommitmentLadder
{
    /// <summary>The serving.</summary>
    public required string Serving { get; init; }

    /// <summary>The cloud.</summary>
    public required CloudProvider Cloud { get; init; }

    /// <summary>The region.</summary>
    public required string Region { get; init; }

    /// <summary>The machine type.</summary>
    public required string InstanceType { get; init; }

    /// <summary>Its GPU.</summary>
    public required string Gpu { get; init; }

    /// <summary>What an instance costs on demand.</summary>
    public required UsdPerHour Price { get; init; }

    /// <summary>Instances of it that are held under commitments already.</summary>
    public required int Covered { get; init; }

    /// <summary>Its instances, the most needed first.</summary>
    public required ImmutableArray<InstanceUse> Uses { get; init; }

    /// <summary>The published terms, shortest first.</summary>
    public required ImmutableArray<CommitmentStep> Steps { get; init; }

    /// <summary>What the ladder costs in each future.</summary>
    public required ImmutableArray<LadderFuture> Futures { get; init; }

    /// <summary>Instances to commit to for the least worst regret of any future, instead of the least expected cost.</summary>
    public required int LeastRegret { get; init; }

    /// <summary>Instances to commit to, over all terms: the reserve.</summary>
    public int Committed => Steps.Sum(step => step.Instances);

    /// <summary>Instances to leave on demand, for the peak.</summary>
    public int Peak => Uses.Length - Committed;

    /// <summary>Instances that are kept for losses.</summary>
    public int ForLosses => Uses.Count(use => use.IsForLosses);

    /// <summary>Expected cost of all of it in an average month: those committed to in all hours, the others when they are needed.</summary>
    public Usd Expected => new Usd(Futures.Sum(future => (decimal)future.Weight.Fraction * future.Monthly.Amount)).ToCents();

    /// <summary>Expected saving in an average month against machines on demand that run when needed.</summary>
    public Usd Saving => new(Steps.Sum(step => step.Saving.Amount));

    /// <summary>The greatest regret of any future, in an average month.</summary>
    public Usd MostRegret => Futures.Length == 0 ? default : Futures.Max(future => future.Regret);
}

/// <summary>How much an instance is needed.</summary>
/// <param name="Number">Its number, from 1.</param>
/// <param name="IsForLosses">True when it is kept for a loss, around the clock.</param>
/// <param name="Needed">Share of hours in which it is needed, expected over the first year.</param>
/// <param name="Term">The term to commit it to; null to leave it on demand.</param>
public sealed record InstanceUse(int Number, bool IsForLosses, Share Needed, CommitmentTerm? Term);

/// <summary>A term of a ladder.</summary>
/// <param name="Discount">What is published, with source and date.</param>
/// <param name="BreakEven">Share of hours from which on it pays.</param>
/// <param name="Instances">Instances to commit to it.</param>
/// <param name="Saving">Expected saving of them in an average month.</param>
/// <param name="BearsFall">The yearly fall of the on-demand price up to which an instance that is always needed pays; a price that falls faster makes the commitment the dearer choice.</param>
public sealed record CommitmentStep(CommitmentDiscount Discount, Share BreakEven, int Instances, Usd Saving, Share BearsFall);

/// <summary>A future and what the ladder means in it.</summary>
/// <param name="Name">Its name, as <c>P10</c> or <c>conservative</c>.</param>
/// <param name="Weight">Its weight.</param>
/// <param name="BestCount">Instances that would be committed to, had it been known.</param>
/// <param name="Monthly">What the ladder's instances cost in an average month of it.</param>
/// <param name="Regret">What that is more than the best for this future.</param>
public sealed record LadderFuture(string Name, Share Weight, int BestCount, Usd Monthly, Usd Regret);
