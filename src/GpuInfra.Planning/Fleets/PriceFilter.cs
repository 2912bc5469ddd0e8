using System.Collections.Immutable;
using GpuInfra.Planning.Optimization;

namespace GpuInfra.Planning.Fleets;

/// <summary>
/// Prices a serving's choices with the duals of its linear relaxation. In the relaxation w_k = n_k / |Z_k| and pools do not exclude each
/// other, so it has a column for each choice and a row for each promise that several choices keep together, and is solved in microseconds for a whole price book. Its
/// value plus a choice's reduced cost is the least that any fleet with an instance of it can cost.
/// </summary>
internal sealed class PriceFilter
{
    /// <summary>Reduced costs are exact to rounding only.</summary>
    private const double Slack = 1e-9;

    private readonly ServingNeed _serving;
    private readonly double[] _lower;
    private readonly DualSimplex? _relaxation;
    private readonly ImmutableArray<ImmutableArray<int>> _columns;

    /// <summary>Solves the relaxation.</summary>
    public PriceFilter(ServingNeed serving)
    {
        _serving = serving;
        var program = new IntegerProgram();
        _lower = new double[serving.Choices.Length];
        (_columns, var upper) = serving.Sizes.IsEmpty ? AddColumns(program) : AddSizes(program);
        var relaxation = new DualSimplex(
            new SparseMatrix(program.Variables.Count, program.Rows),
            [.. program.Variables.Select(variable => (double)variable.Cost)],
            [.. serving.Sizes.IsEmpty ? _lower : program.Variables.Select(variable => variable.Lower), .. program.Rows.Select(row => row.Lower)],
            [.. upper, .. program.Rows.Select(row => row.Upper)]);
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
        : _serving with { Choices = [.. _serving.Choices.Where((_, index) => _lower[index] > 0 || Bound + Reduced(index) < cost + Slack * Math.Abs(cost))] };

    /// <summary>The choices that raise the bound least, so many of each cloud: a fleet of them is mostly a good one.</summary>
    public ServingNeed Likely(int ofEachCloud) => _relaxation is null ? _serving : _serving with
    {
        Choices =
        [
            .. _serving.Choices.Index().GroupBy(choice => choice.Item.Cloud)
                .SelectMany(cloud => cloud.OrderBy(choice => _lower[choice.Index] > 0 ? 0 : 1).ThenBy(choice => Reduced(choice.Index)).ThenBy(choice => choice.Index)
                    .Take(ofEachCloud + cloud.Count(choice => _lower[choice.Index] > 0)))
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

    private (ImmutableArray<ImmutableArray<int>> Columns, double[] Upper) AddColumns(IntegerProgram program)
    {
        var upper = new double[_lower.Length];
        for (var index = 0; index < _lower.Length; index++)
        {
            var choice = _serving.Choices[index];
            (_lower[index], upper[index]) = (choice.Least, choice.Least + ServingVariables.MostInstances(_serving, choice));
            program.Add(new Variable("n", _lower[index], upper[index], choice.Cheapest, false));
        }

        AddRows(program);
        return ([.. Enumerable.Range(0, _lower.Length).Select(column => ImmutableArray.Create(column))], upper);
    }

    private (ImmutableArray<ImmutableArray<int>> Columns, double[] Upper) AddSizes(IntegerProgram program)
    {
        for (var index = 0; index < _lower.Length; index++)
        {
            _lower[index] = _serving.Choices[index].Least;
        }

        var columns = SizeRelaxation.Add(program, _serving);
        return (columns, [.. program.Variables.Select(variable => variable.Upper)]);
    }

    private void AddRows(IntegerProgram program)
    {
        var (serving, choices, terms) = (_serving, _serving.Choices, new List<Term>());
        foreach (var cloud in serving.Clouds)
        {
            Add(choice => choice.Cloud == cloud.Cloud ? choice.Rate : 0, serving.Least(cloud) * serving.Peak);
            Add(choice => choice.Cloud != cloud.Cloud ? choice.Rate : 0, serving.Survive.Cloud.Fraction * serving.P95);
            Add(choice => choice.Cloud == cloud.Cloud && choice.Tier == Tier.Reserved ? choice.Rate : 0, cloud.Share * serving.Baseline);
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
            for (var index = 0; index < choices.Length; index++)
            {
                if (coefficient(choices[index]) / right is var share and > 0)
                {
                    terms.Add(new Term(index, share));
                }
            }

            if (terms.Count == 1)
            {
                // What one choice has to keep alone, whole instances of it keep.
                var (only, share) = terms[0];
                _lower[only] = Math.Max(_lower[only], Math.Ceiling((1 - Tolerance.Feasibility * Math.Max(1, serving.Peak) / right) / share));
                return;
            }

            program.Add(new Row("row", [.. terms], Sense.AtLeast, 1));
        }
    }
}
