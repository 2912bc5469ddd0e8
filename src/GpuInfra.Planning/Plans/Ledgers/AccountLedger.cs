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

    /// <summary>Future reservations of Google Cloud to ask for, ordered by name. They move no fleet.</summary>
    public ImmutableArray<FutureRequest> Futures { get; init; } = [];

    /// <summary>The part that a stack was given. What others were given is no part of what the stack's plan means.</summary>
    /// <exception cref="PlanException">
    /// The stack was given something of an account that its plan does not deploy to, or asks for a future reservation in such a project or after its approval has ended.
    /// </exception>
    public AccountLedger For(string stack, CapacityPlan plan)
    {
        var (quotas, held) = (Quotas.Where(row => row.Grant.IsTo(stack)), Reservations.Where(row => row.Grant.IsTo(stack)));
        var problems = quotas.Select(row => row.Grant).Concat(held.Select(row => row.Grant))
            .Where(grant => plan.Clouds.FirstOrDefault(cloud => cloud.Cloud == grant.Cloud)?.Account is { } account && account != grant.Account)
            .Select(grant => grant.Location.Problem("ledger", $"account {grant.Account} is not the one that {stack} deploys to: take {stack} out of assign"))
            .Concat(Problems(stack, plan))
            .ToList();
        return problems.Count == 0
            ? new()
            {
                Quotas = [.. quotas.Select(row => row with { Grant = row.Grant.Only(stack) })],
                Reservations = [.. held.Select(row => row with { Grant = row.Grant.Only(stack) })],
                External = [.. External.Where(row => row.Grant.IsTo(stack)).Select(row => row with { Grant = row.Grant.Only(stack) })],
                Futures = [.. Futures.Where(row => row.Stack == stack)],
            }
            : throw new PlanException(problems);
    }

    private IEnumerable<PlanProblem> Problems(string stack, CapacityPlan plan)
    {
        var project = plan.Clouds.FirstOrDefault(cloud => cloud.Cloud == Catalogs.CloudProvider.Gcp)?.Account;
        foreach (var row in Futures.Where(row => row.Stack == stack))
        {
            if (row.Project != project)
            {
                yield return row.Location.Problem("ledger", $"future reservation {row.Name}: project {row.Project} is not the one that {stack} deploys to");
            }

            if (row.Approval is { } approval && approval.Expires < new DateOnly(plan.AsOf.Year, plan.AsOf.Number, 1))
            {
                yield return row.Location.Problem("ledger", FormattableString.Invariant(
                    $"future reservation {row.Name}: its approval expired on {approval.Expires:yyyy-MM-dd}, before {plan.AsOf}. If Google accepted it, write it under reservations; if not, it needs a new approval, or none"));
            }
        }
    }
}
