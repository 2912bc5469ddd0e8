using System.Collections.Immutable;
using GpuInfra.Offline.Costs;
using GpuInfra.Planning;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Replays;
using Pulumi.Offline;

namespace GpuInfra.Offline;

/// <summary>A stack, previewed: its fleet, what the Pulumi program would register for it, and what policies say to that.</summary>
public sealed record PreviewRecord
{
    /// <summary>The stack.</summary>
    public required string Stack { get; init; }

    /// <summary>The fleet.</summary>
    public required FleetPlan Fleet { get; init; }

    /// <summary>The program's run with computed values unknown, as people are shown it.</summary>
    public required RunRecord Preview { get; init; }

    /// <summary>The program's run with computed values invented, as policies read it.</summary>
    public required RunRecord Resolved { get; init; }

    /// <summary>What it costs in an average month, resource by resource.</summary>
    public required CostEstimate Costs { get; init; }

    /// <summary>What the fleet does after each single loss, computed for this very fleet.</summary>
    public required SurvivalProof Proof { get; init; }

    /// <summary>The day that waivers are judged against: an argument, never the clock.</summary>
    public required DateOnly Today { get; init; }

    /// <summary>The policies' results, one or more per policy.</summary>
    public required ImmutableArray<CheckResult> Checks { get; init; }

    /// <summary>Resources that a provider makes, without the providers themselves.</summary>
    public IEnumerable<ResourceRecord> Managed => Preview.Resources.Where(IsManaged);

    /// <summary>The fleet's warnings, with the budget judged by all that is priced rather than by machines alone.</summary>
    public ImmutableArray<string> Warnings =>
    [
        .. BudgetWarnings.Of(Fleet.Plan, "the stack", Costs.Monthly),
        .. Fleet.Warnings.Except(BudgetWarnings.Of(Fleet.Plan, "the fleet", Fleet.Cost.Monthly)),
    ];

    /// <summary>The preview with a warning when the plan has a freeze on the day, or an incident that is over.</summary>
    public PreviewRecord On(DateOnly day)
    {
        string[] warnings =
        [
            .. Fleet.Plan.FreezeOn(day) is { } freeze ? [$"{freeze}: only increases and mending of incidents may be deployed"] : Array.Empty<string>(),
            .. Fleet.Plan.Incident is { } incident && incident.Until < day ? [$"{incident}: it is over, and everything is frozen still; take it out of the plan"] : Array.Empty<string>(),
        ];
        return warnings.Length == 0 ? this : this with { Fleet = Fleet with { Warnings = Fleet.Warnings.InsertRange(0, warnings) } };
    }

    /// <summary>True when no policy failed.</summary>
    public bool Passed => Checks.All(check => check.Status != CheckStatus.Fail);

    /// <summary>What of it a cloud would refuse together, with what to do, as problems of the plan's file.</summary>
    public IEnumerable<PlanProblem> RefusedCombinations(string file) => Policies.RefusedCombinations.Of(this, file);

    /// <summary>How many policies hold on a cloud's resources, of all that looked at anything. What concerns the stack concerns every cloud.</summary>
    public (int Held, int Judged) PoliciesOn(CloudProvider cloud)
    {
        var judged = Checks.Where(check => check.Examined != 0).GroupBy(check => check.Id).ToList();
        return (judged.Count(policy => policy.All(check => check.Status == CheckStatus.Pass || IsElsewhere(check.Subject))), judged.Count);

        bool IsElsewhere(string subject) => subject.Split("::") is [_, _, var types, _]
            && types.Split('$')[^1].Split(':')[0] is "aws" or "gcp" && types.Split('$')[^1].Split(':')[0] != JsonText.Word(cloud);
    }

    /// <summary>True for a resource that a provider makes, and not for a provider.</summary>
    internal static bool IsManaged(ResourceRecord resource) =>
        resource.IsCustom && resource.ReadId is null && !resource.Type.StartsWith("pulumi:", StringComparison.Ordinal);
}
