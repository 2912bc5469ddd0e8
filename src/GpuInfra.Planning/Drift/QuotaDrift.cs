using System.Collections.Immutable;
using System.Text.Json;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Plans.Ledgers;

namespace GpuInfra.Planning.Drift;

/// <summary>A quota as a cloud tells it.</summary>
/// <param name="Cloud">The cloud.</param>
/// <param name="Account">The AWS account or Google Cloud project.</param>
/// <param name="Region">The region.</param>
/// <param name="Code">Its code on AWS, its metric on Google Cloud.</param>
/// <param name="Limit">How large it is: vCPUs on AWS, GPUs on Google Cloud.</param>
public sealed record AccountQuota(CloudProvider Cloud, string Account, string Region, string Code, int Limit);

/// <summary>A quota of the ledger, or one that the fleet needs, against what its account has.</summary>
public sealed record QuotaDrift
{
    /// <summary>What the account has.</summary>
    public required AccountQuota Actual { get; init; }

    /// <summary>What the ledger lists; null where it lists none.</summary>
    public required int? Listed { get; init; }

    /// <summary>What all stacks were given of it.</summary>
    public required int Given { get; init; }

    /// <summary>What the fleet needs of it at most over the horizon; zero for nothing.</summary>
    public required int Needed { get; init; }

    /// <summary>The ledger's file and the change of it; null where people have to decide.</summary>
    public required (string File, PlanChange Change)? Change { get; init; }

    /// <summary>What it means.</summary>
    public string Meaning => Listed is null ? "the ledger does not list it: deal it out there"
        : Actual.Limit < Given ? $"less than the {Given} that stacks were given: deal it out anew, or ask for more"
        : Actual.Limit < Needed ? $"less than the {Needed} that this fleet needs by the horizon's end: ask for more"
        : Actual.Limit > Listed ? "more than is listed: there is room to deal out" : "less than is listed, and enough for what was dealt out";

    /// <summary>The quotas that differ from the ledger, or that the fleet needs and the ledger does not list, in the ledger's order; then the others by place and code.</summary>
    /// <param name="ledger">The whole ledger, as the plan names it.</param>
    /// <param name="fleet">The fleet.</param>
    /// <param name="actual">What the accounts have.</param>
    public static ImmutableArray<QuotaDrift> Of(AccountLedger ledger, FleetPlan fleet, IReadOnlyCollection<AccountQuota> actual)
    {
        var accounts = fleet.Plan.Clouds.ToDictionary(cloud => cloud.Cloud, cloud => cloud.Account);
        var listed = ledger.Quotas.OrderBy(row => row.Grant.Location.Line).ThenBy(row => row.Grant.Location.Column).ToImmutableArray();
        return
        [
            .. from row in listed.Index()
               let seen = actual.FirstOrDefault(quota => KeyOf(quota) == (row.Item.Grant.Cloud, row.Item.Grant.Account, row.Item.Grant.Region, row.Item.Code))
               where seen is not null && seen.Limit != row.Item.Grant.Count
               select new QuotaDrift
               {
                   Actual = seen,
                   Listed = row.Item.Grant.Count,
                   Given = row.Item.Grant.Given,
                   Needed = NeedOf(seen),
                   Change = seen.Limit < row.Item.Grant.Given ? null : (row.Item.Grant.Location.File, new PlanChange($"quotas.{row.Index}.limit", $"{seen.Limit}")),
               },
            .. from quota in actual.OrderBy(quota => quota.Cloud).ThenBy(quota => quota.Region, StringComparer.Ordinal).ThenBy(quota => quota.Code, StringComparer.Ordinal)
               where NeedOf(quota) > 0 && listed.All(row => KeyOf(quota) != (row.Grant.Cloud, row.Grant.Account, row.Grant.Region, row.Code))
               select new QuotaDrift { Actual = quota, Listed = null, Given = 0, Needed = NeedOf(quota), Change = null },
        ];

        int NeedOf(AccountQuota quota) => accounts.GetValueOrDefault(quota.Cloud) != quota.Account ? 0
            : fleet.Quotas.Where(need => need.Cloud == quota.Cloud && need.Region == quota.Region && need.Code == quota.Code).Sum(need => need.Most);
    }

    /// <summary>Writes drifts as a member of an object: members are added, never renamed.</summary>
    public static void Write(Utf8JsonWriter json, ImmutableArray<QuotaDrift> drifts) => json.WriteObjects("quotas", drifts, drift =>
    {
        json.WriteString("cloud", JsonText.Word(drift.Actual.Cloud));
        json.WriteString("account", drift.Actual.Account);
        json.WriteString("region", drift.Actual.Region);
        json.WriteString("quota", drift.Actual.Code);
        json.WriteNumber("limit", drift.Actual.Limit);
        json.WriteNumberOrNull("listed", (double?)drift.Listed);
        json.WriteNumber("given", drift.Given);
        json.WriteNumber("needed", drift.Needed);
        json.WriteString("meaning", drift.Meaning);
    });

    private static (CloudProvider, string, string, string) KeyOf(AccountQuota quota) => (quota.Cloud, quota.Account, quota.Region, quota.Code);
}
