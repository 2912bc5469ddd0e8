using System.Collections.Immutable;

namespace GpuInfra.Planning.Plans;

/// <summary>Whom the clouds themselves tell when a budget is used up, or is about to be.</summary>
/// <param name="Email">Mail addresses told of the stack's budget, 1 to <see cref="MostAddresses"/>, ordered; a team's budget is told to its owner.</param>
public sealed record BudgetAlerts(ImmutableArray<string> Email)
{
    /// <summary>Google Cloud tells five channels of a budget, AWS ten addresses.</summary>
    public const int MostAddresses = 5;

    /// <summary>AWS keeps five notifications of a budget, one of which is the forecast's.</summary>
    public const int MostShares = 4;
}
