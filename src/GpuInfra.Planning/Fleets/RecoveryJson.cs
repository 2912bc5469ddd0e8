using System.Collections.Immutable;
using GpuInfra.Planning.Plans;

namespace GpuInfra.Planning.Fleets;

/// <summary>What happens when regions are lost, as <c>drill --json</c> writes it; times in seconds, money in USD.</summary>
public static class RecoveryJson
{
    /// <summary>The document.</summary>
    public static string ToJson(FleetPlan fleet, ImmutableArray<RecoveryTime> times) => JsonText.Of(json =>
    {
        json.WriteStartObject();
        json.WriteString("stack", fleet.Stack);
        json.WriteString("asOf", fleet.Plan.AsOf.ToString());
        json.WriteString("planHash", fleet.PlanHash);
        json.WriteObjects("regions", times, time =>
        {
            json.WriteString("cloud", JsonText.Word(time.Cloud));
            json.WriteString("lost", time.Lost);
            json.WriteString("region", time.Wish.Region);
            json.WriteNumber("rtoSeconds", time.Wish.Rto.TotalSeconds);
            json.WriteNumber("rpoSeconds", time.Wish.Rpo.TotalSeconds);
            json.WriteNumber("reactSeconds", time.Wish.React.TotalSeconds);
            json.WriteNumber("seconds", Math.Ceiling(time.Total.TotalSeconds));
            json.WriteBoolean("holds", time.Holds);
            json.WriteNumber("moreMonthlyUsd", JsonText.Plain(time.Monthly.Amount));
            json.WriteObjects("pools", time.Pools, pool =>
            {
                json.WriteString("id", pool.Id);
                json.WriteString("region", pool.Region);
                json.WriteString("instanceType", pool.InstanceType);
                json.WriteNumber("machines", pool.Machines);
                json.WriteNumber("capacitySeconds", Math.Ceiling(pool.Capacity.TotalSeconds));
                json.WriteNumber("startSeconds", Math.Ceiling(pool.Start.Total.TotalSeconds));
                json.WriteNumber("monthlyUsd", JsonText.Plain(pool.Monthly.Amount));
            });
            json.WriteObjects("quotas", time.Quotas, quota =>
            {
                json.WriteString("region", quota.Region);
                json.WriteString("code", quota.Code);
                json.WriteNumber("needed", quota.Total);
                json.WriteString("unit", quota.Unit);
                if (quota.Limit is { } limit)
                {
                    json.WriteNumber("assigned", limit);
                }
            });
        });
        json.WriteEndObject();
    });
}
