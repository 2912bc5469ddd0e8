using System.Collections.Immutable;

namespace GpuInfra.Planning.Plans.Ledgers;

/// <summary>
/// What an organisation holds in its accounts and may start in them, dealt out to stacks: several stacks may share an account, and none
/// of them may count on what another one was given.
/// </summary>
public sealed record AccountLedger
{
    /// <summary>The ledger of a plan that names none.</summary>
    public static AccountLedger Empty { get; } = new();

    /// <summary>What the accounts may start, ordered by cloud, region and code.</summary>
    public ImmutableArray<Quota> Quotas { get; init; } = [];

    /// <summary>What is held in the accounts, ordered by id.</summary>
    public ImmutableArray<HeldReservation> Reservations { get; init; } = [];

    /// <summary>Machines outside the clouds, ordered by id.</summary>
    public ImmutableArray<ExternalCapacity> External { get; init; } = [];

    /// <summary>The part that a stack was given. What others were given is no part of what the stack's plan means.</summary>
    /// <exception cref="PlanException">The stack was given something of an account that its plan does not deploy to.</exception>
    public AccountLedger For(string stack, CapacityPlan plan)
    {
        var (quotas, held) = (Quotas.Where(row => row.Grant.IsTo(stack)), Reservations.Where(row => row.Grant.IsTo(stack)));
        var problems = quotas.Select(row => row.Grant).Concat(held.Select(row => row.Grant))
            .Where(grant => plan.Clouds.FirstOrDefault(cloud => cloud.Cloud == grant.Cloud)?.Account is { } account && account != grant.Account)
            .Select(grant => grant.Location.Problem("ledger", $"account {grant.Account} is not the one that {stack} deploys to: take {stack} out of assign"))
            .ToList();
        return problems.Count == 0
            ? new()
            {
                Quotas = [.. quotas.Select(row => row with { Grant = row.Grant.Only(stack) })],
                Reservations = [.. held.Select(row => row with { Grant = row.Grant.Only(stack) })],
                External = [.. External.Where(row => row.Grant.IsTo(stack)).Select(row => row with { Grant = row.Grant.Only(stack) })],
            }
            : throw new PlanException(problems);
    }
}
