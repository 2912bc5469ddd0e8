using System.Collections.Immutable;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Demands.Forecasting;

/// <summary>What a workload used, month by month without a gap.</summary>
public sealed record MonthlyHistory
{
    /// <summary>The fewest months that a trend is fitted to.</summary>
    public const int FewestMonths = 6;

    /// <summary>A history.</summary>
    /// <param name="first">The month of the first figure.</param>
    /// <param name="figures">A figure a month (tokens, requests, cost: only their course counts), each above zero.</param>
    /// <exception cref="ArgumentException">There are fewer than six figures, or one is not above zero.</exception>
    public MonthlyHistory(Month first, ImmutableArray<double> figures)
    {
        if (figures.Length < FewestMonths || figures.Any(figure => !(figure > 0 && double.IsFinite(figure))))
        {
            throw new ArgumentException($"A history needs {FewestMonths} or more figures above zero.", nameof(figures));
        }

        (First, Figures) = (first, figures);
    }

    /// <summary>The month of the first figure.</summary>
    public Month First { get; }

    /// <summary>A figure a month.</summary>
    public ImmutableArray<double> Figures { get; }

    /// <summary>The month of the last figure.</summary>
    public Month Last => First.Plus(Figures.Length - 1);
}
