using System.Collections.Immutable;
using GpuInfra.Infra.Common;
using GpuInfra.Infra.Settings;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Finance;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Monitoring;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Plans.Ledgers;
using GpuInfra.Planning.Units;
using Pulumi;

namespace GpuInfra.Infra;

/// <summary>What is asked of one cloud's account as a whole, with what its component needs to know.</summary>
internal sealed record CloudAccount
{
    public required CloudProvider Cloud { get; init; }

    /// <summary>The AWS account id or Google Cloud project id.</summary>
    public required string Account { get; init; }

    public required StackSettings Settings { get; init; }

    public required TagScheme Tags { get; init; }

    /// <summary>Shares of a budget at which somebody is told, ascending.</summary>
    public required ImmutableArray<Share> AlertAt { get; init; }

    /// <summary>The share at which what halts pools is told of a budget; null where nothing halts any.</summary>
    public required Share? HaltAt { get; init; }

    /// <summary>The plan's words on halting; null where nothing halts any.</summary>
    public required BudgetHalt? Halt { get; init; }

    public required ImmutableArray<CloudBudget> Budgets { get; init; }

    public required ImmutableArray<QuotaRequest> Quotas { get; init; }

    /// <summary>Future reservations to ask for; none on AWS, which has none.</summary>
    public ImmutableArray<FutureRequest> Futures { get; init; } = [];

    /// <summary>The alerts of the account's own store of series; null where it has none, as on AWS, whose stores are the regions'.</summary>
    public AlertRules? Alerts { get; init; }

    /// <summary>Who is told of alerts; null where nobody watches.</summary>
    public MonitoringPlan? Monitoring { get; init; }

    /// <summary>Whom a cloud may ask back about quotas; null when none are asked for.</summary>
    public required string? QuotaContact { get; init; }

    /// <summary>
    /// The stack's regions on all clouds. All that is asked of an account waits for them: an engine starts nothing more once something has failed, and a
    /// budget or quota that is refused must not keep machines from starting.
    /// </summary>
    public required ImmutableArray<ComponentResource> Regions { get; init; }

    /// <summary><c>aws-account</c>; the provider and the component are called so.</summary>
    public string Name => $"{Cloud.Name()}-account";

    /// <summary>One entry per cloud of which something is asked, in order.</summary>
    public static IEnumerable<CloudAccount> Of(FleetPlan fleet, StackSettings settings, TagScheme tags, ImmutableArray<ComponentResource> regions)
    {
        var budgets = CloudBudget.Of(fleet).ToLookup(budget => budget.Cloud);
        var quotas = QuotaRequest.Of(fleet).ToLookup(request => request.Cloud);
        var halted = fleet.Provisioned.Where(pool => HaltedPools.IsNamed(fleet.Plan, pool)).Select(pool => pool.Cloud).ToHashSet();
        return fleet.Plan.Clouds.Where(cloud => budgets.Contains(cloud.Cloud) || quotas.Contains(cloud.Cloud) || !Asked(cloud.Cloud).IsEmpty || Alerts(cloud.Cloud) is not null).Select(cloud => new CloudAccount
        {
            Cloud = cloud.Cloud,
            Account = cloud.Account,
            Settings = settings,
            Tags = tags,
            AlertAt = fleet.Plan.Budget?.AlertAt ?? [],
            HaltAt = halted.Contains(cloud.Cloud) ? fleet.Plan.Budget!.HaltAt : null,
            Halt = halted.Contains(cloud.Cloud) ? fleet.Plan.Budget!.Halt : null,
            Budgets = [.. budgets[cloud.Cloud]],
            Quotas = [.. quotas[cloud.Cloud]],
            Futures = Asked(cloud.Cloud),
            Alerts = Alerts(cloud.Cloud),
            Monitoring = fleet.Plan.Monitoring,
            QuotaContact = fleet.Plan.Purchasing.QuotaContact,
            Regions = regions,
        });

        ImmutableArray<FutureRequest> Asked(CloudProvider cloud) => cloud == CloudProvider.Gcp ? fleet.Plan.Ledger.Futures : [];

        AlertRules? Alerts(CloudProvider cloud) => cloud == CloudProvider.Gcp && fleet.Plan.Monitoring is { Mode: MonitoringMode.Managed } && fleet.Provisioned.Any(pool => pool.Cloud == cloud)
            ? AlertRules.Of(fleet, Catalog.Embedded, cloud, region: null).Standalone(fleet.Stack) : null;
    }

    /// <summary>Options of everything that is asked: a child of the account's component, after all regions.</summary>
    public CustomResourceOptions Last(Resource parent) => new() { Parent = parent, DependsOn = Regions.ToArray<Resource>() };

    /// <summary>The same for what is granted once and never given back: taken out of the program, it stays.</summary>
    public CustomResourceOptions Kept(Resource parent)
    {
        var options = Last(parent);
        options.RetainOnDelete = true;
        return options;
    }

    /// <summary>The name of a quota's request: <c>aws-quota-us-east-1-L-417A185B</c>.</summary>
    public string NameOf(QuotaRequest request) => $"{Cloud.Name()}-quota-{request.Region}-{request.Code}";
}
