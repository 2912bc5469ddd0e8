using System.Collections.Immutable;

namespace GpuInfra.Planning.Plans;

/// <summary>What is halted when a budget is used up to its <see cref="Budget.HaltAt"/>. It moves no fleet of the plan.</summary>
public sealed record BudgetHalt
{
    /// <summary>Servings whose pools are halted, ordered.</summary>
    public required ImmutableArray<string> Servings { get; init; }

    /// <summary>Teams whose own pools are halted, ordered.</summary>
    public required ImmutableArray<string> Teams { get; init; }

    /// <summary>Pools that are halted, by id, ordered.</summary>
    public required ImmutableArray<string> Pools { get; init; }

    /// <summary>What a halted pool keeps. Default: no machine. In production always those that run.</summary>
    public HaltTo To { get; init; }

    /// <summary>Whether it acts. Default: it says what it would do.</summary>
    public ShutdownMode Mode { get; init; }

    /// <summary>What happens in production. Default: people are told, and nothing else.</summary>
    public ProductionHalt Production { get; init; }

    /// <summary>Names of AWS roles that may start no machine from then on, ordered. Default: none.</summary>
    public ImmutableArray<string> Roles { get; init; } = [];

    /// <summary>Names of the roles that deploy and that break glass, which are never denied anything, ordered; both where there are <see cref="Roles"/>.</summary>
    public ImmutableArray<string> NeverRoles { get; init; } = [];
}

/// <summary>What a halted pool keeps.</summary>
public enum HaltTo
{
    /// <summary>No machine: what runs ends.</summary>
    Zero,

    /// <summary>The machines that run; none is started any more, not for one that ends either.</summary>
    Running,
}

/// <summary>What a used-up budget does in production.</summary>
public enum ProductionHalt
{
    /// <summary>People are told.</summary>
    Alert,

    /// <summary>No machine is started any more in the named pools; those that run go on.</summary>
    Hold,
}

/// <summary>What a serving may cost in a month.</summary>
/// <param name="Serving">The serving.</param>
/// <param name="Monthly">The sum.</param>
public sealed record ServingBudget(string Serving, Units.Usd Monthly);
