using System.Collections.Immutable;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Sizing;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Finance.Penalties;

/// <summary>
/// What a serving's months below its promise are expected to cost: it follows from the plan's assumptions alone, stands in no cost and moves no fleet. Losses of places are independent and
/// Poisson, each leaves unserved what <see cref="AssumedLoss"/> says, and a month's unavailability is the sum of its losses over 730 hours: a compound Poisson sum, of which
/// <see cref="CompoundSum"/> tells how likely it passes a step. With steps b₁ &gt; b₂ &gt; … that cost c₁ &lt; c₂ &lt; …, a month is expected to cost Σᵢ (cᵢ − cᵢ₋₁)·P(availability &lt; bᵢ).
/// </summary>
/// <param name="Serving">The serving.</param>
/// <param name="Steps">How likely a month is below each step.</param>
/// <param name="Losses">The losses that are reckoned with: zones, regions, clouds.</param>
/// <param name="Monthly">What a month is expected to cost, in whole cents: by the assumptions' values, and with all of them at their low and high ends.</param>
public sealed record ExpectedPenalty(string Serving, ImmutableArray<PenaltyChance> Steps, ImmutableArray<AssumedLoss> Losses, Estimate<Usd> Monthly)
{
    /// <summary>Cells that a step's unavailability is cut into: what a loss leaves unserved is rounded to a thousandth of what the step allows.</summary>
    private const int Cells = 1_000;

    /// <summary>The expected penalties of a fleet, ordered by serving; empty where no serving has any.</summary>
    /// <param name="fleet">The fleet.</param>
    /// <param name="catalog">How long machines take to start.</param>
    public static ImmutableArray<ExpectedPenalty> Of(FleetPlan fleet, Catalog catalog) =>
        [.. fleet.Servings.Where(serving => serving.Serving.Penalty is not null).Select(serving => Of(serving.Serving, AssumedLoss.Of(fleet, serving, catalog)))];

    /// <summary>All of them together: what is expected of sums is the sum, whether they come together or not.</summary>
    public static Estimate<Usd> Total(ImmutableArray<ExpectedPenalty> penalties) => Estimate.Of(point => new Usd(penalties.Sum(penalty => penalty.Monthly.At(point).Amount)));

    /// <summary>What follows for a serving from losses.</summary>
    internal static ExpectedPenalty Of(Serving serving, ImmutableArray<AssumedLoss> losses)
    {
        var steps = serving.Penalty!.Steps.Select(step => new PenaltyChance(step, Estimate.Of(point => Chance(losses, 1 - step.Below.Fraction, point)))).ToImmutableArray();
        return new ExpectedPenalty(serving.Name, steps, losses, Estimate.Of(point =>
        {
            var (expected, before) = (0m, 0m);
            foreach (var step in steps)
            {
                expected += (step.Step.Costs.Amount - before) * (decimal)step.Chance.At(point);
                before = step.Step.Costs.Amount;
            }

            return new Usd(expected).ToCents();
        }));
    }

    /// <summary>How likely losses leave more unserved in a month than a share of it.</summary>
    private static double Chance(ImmutableArray<AssumedLoss> losses, double share, EstimatePoint point)
    {
        var allowed = share * (double)UsdPerHour.HoursPerMonth;
        var (parts, sum) = (new double[Cells + 1], new double[Cells + 1]);
        var mean = 0.0;
        foreach (var loss in losses)
        {
            var unserved = loss.Unserved.At(point);
            foreach (var cell in unserved.Select(hours => Math.Round(hours / allowed * Cells)).Where(cell => cell > 0))
            {
                var perMonth = loss.PerMonth(point) / unserved.Length;
                mean += perMonth;
                if (cell <= Cells)
                {
                    parts[(int)cell] += perMonth;
                }
            }
        }

        if (mean == 0)
        {
            return 0;
        }

        CompoundSum.Poisson(mean, [.. parts.Select(part => part / mean)], sum);
        return Math.Clamp(1 - sum.Sum(), 0, 1);
    }
}

/// <summary>How likely a month is below a step.</summary>
/// <param name="Step">The step.</param>
/// <param name="Chance">The probability, 0 to 1.</param>
public sealed record PenaltyChance(PenaltyStep Step, Estimate<double> Chance);
