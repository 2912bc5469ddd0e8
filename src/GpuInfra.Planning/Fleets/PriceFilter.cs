using System.Collections.Immutable;
using GpuInfra.Planning.Optimization;

namespace GpuInfra.Planning.Fleets;

/// <summary>
/// Prices a serving's choices with the duals of its linear relaxation. In the relaxation w_k = n_k / |Z_k| and pools do not exclude each
/// other, so it has a column for each choice and way to pay and a row for each promise that several choices keep together, and is solved in microseconds for a whole price book. Its
/// value plus a choice's reduced cost is the least that any fleet with an instance of it can cost.
/// </summary>
internal sealed class PriceFilter
{
    /// <summary>Reduced costs are exact to rounding only.</summary>
    private const double Slack = 1e-9;

    private readonly ServingNeed _serving;
    private readonly bool[] _isNeeded;
    private readonly DualSimplex? _relaxation;
    private readonly ImmutableArray<ImmutableArray<int>> _columns;

    /// <summary>Solves the relaxation.</summary>
    public PriceFilter(ServingNeed serving)
    {
        _serving = serving;
        var program = new IntegerProgram();
        _isNeeded = [.. serving.Choices.Select(choice => choice.Least > 0)];
        _columns = serving.Sizes.IsEmpty ? AddColumns(program) : SizeRelaxation.Add(program, serving);
        var relaxation = new DualSimplex(
            new SparseMatrix(program.Variables.Count, program.Rows),
            [.. program.Variables.Select(variable => (double)variable.Cost)],
            [.. program.Variables.Select(variable => variable.Lower), .. program.Rows.Select(row => row.Lower)],
            [.. program.Variables.Select(variable => variable.Upper), .. program.Rows.Select(row => row.Upper)]);
        switch (relaxation.Solve(double.PositiveInfinity))
        {
            case SimplexStatus.Infeasible:
                Bound = double.PositiveInfinity;
                break;
            case SimplexStatus.Optimal:
                (_relaxation, Bound) = (relaxation, relaxation.SafeBound());
                break;
        }
    }

    /// <summary>No fleet costs less in a month; infinity when not even the relaxation has a solution.</summary>
    public double Bound { get; } = double.NegativeInfinity;

    /// <summary>The choices that a fleet cheaper than a cost can have, in their order.</summary>
    public ServingNeed Below(double cost) => _relaxation is null || double.IsInfinity(cost)
        ? _serving
        : _serving with { Choices = [.. _serving.Choices.Where((_, index) => _isNeeded[index] || Bound + Reduced(index) < cost + Slack * Math.Abs(cost))] };

    /// <summary>The choices that raise the bound least, so many of each cloud: a fleet of them is mostly a good one.</summary>
    public ServingNeed Likely(int ofEachCloud) => _relaxation is null ? _serving : _serving with
    {
        Choices =
        [
            .. _serving.Choices.Index().GroupBy(choice => choice.Item.Cloud)
                .SelectMany(cloud => cloud.OrderBy(choice => _isNeeded[choice.Index] ? 0 : 1).ThenBy(choice => Reduced(choice.Index)).ThenBy(choice => choice.Index)
                    .Take(ofEachCloud + cloud.Count(choice => _isNeeded[choice.Index])))
                .OrderBy(choice => choice.Index).Select(choice => choice.Item),
        ],
    };

    /// <summary>What the bound rises by when an instance of a choice is taken.</summary>
    private double Reduced(int choice)
    {
        var least = double.PositiveInfinity;
        foreach (var column in _columns[choice])
        {
            least = Math.Min(least, _relaxation!.Reduced[column]);
        }

        return least;
    }

    private ImmutableArray<ImmutableArray<int>> AddColumns(IntegerProgram program)
    {
        var columns = ImmutableArray.CreateBuilder<ImmutableArray<int>>(_serving.Choices.Length);
        foreach (var choice in _serving.Choices)
        {
            var most = choice.Least + ServingVariables.MostInstances(_serving, choice);
            columns.Add([.. choice.Purchases.Select(purchase => program.Add(
                new Variable("n", purchase.Least, Math.Min(most, purchase.Most ?? most), purchase.Monthly, false)))]);
        }

        AddRows(program, columns);
        return columns.ToImmutable();
    }

    private void AddRows(IntegerProgram program, IReadOnlyList<ImmutableArray<int>> columns)
    {
        var (serving, choices, terms) = (_serving, _serving.Choices, new List<Term>());
        foreach (var cloud in serving.Clouds)
        {
            Add(choice => choice.PartFor(cloud) * choice.Rate, serving.Least(cloud) * serving.Peak);
            Add(choice => choice.Cloud != cloud.Cloud ? choice.Rate : 0, serving.Survive.Cloud.Fraction * serving.P95);
            Add(choice => choice.IsExternal || choice.Tier == Tier.Reserved ? choice.PartFor(cloud) * choice.Rate : 0, cloud.Share * serving.Baseline);
        }

        Add(choice => choice.Rate, serving.Peak);
        Add(choice => choice.Replicas, serving.FewestReplicas);
        if (serving.Survive.Zone.Fraction > 0)
        {
            foreach (var zone in LossSets.Of(choices))
            {
                Add(choice => choice.Rate * (1 - (choice.Zones.Contains(zone.Name) ? 1.0 / choice.Zones.Length : 0)), serving.Survive.Zone.Fraction * serving.P95);
            }
        }

        void Add(Func<PoolChoice, double> coefficient, double right)
        {
            if (right <= 0)
            {
                return;
            }

            terms.Clear();
            var (carrying, only) = (0, 0);
            for (var index = 0; index < choices.Length; index++)
            {
                if (coefficient(choices[index]) / right is var share and > 0)
                {
                    (carrying, only) = (carrying + 1, index);
                    foreach (var column in columns[index])
                    {
                        terms.Add(new Term(column, share));
                    }
                }
            }

            if (carrying == 1)
            {
                // What one choice has to keep alone, whole instances of it keep.
                _isNeeded[only] = true;
                var whole = Math.Ceiling((1 - Tolerance.Feasibility * Math.Max(1, serving.Peak) / right) / terms[0].Coefficient);
                program.Add(new Row("alone", [.. columns[only].Select(column => new Term(column, 1))], Sense.AtLeast, whole));
                return;
            }

            program.Add(new Row("row", [.. terms], Sense.AtLeast, 1));
        }
    }
}
