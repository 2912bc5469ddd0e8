using System.Collections;
using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Globalization;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Plans.Ledgers;

namespace GpuInfra.Planning.Fleets;

/// <summary>
/// A hash of what a plan means. It walks the checked plan rather than its text, so that order, comments and spelling of units do not
/// count, and every key that is ever added does, without being listed here. Where a key was written does not count, nor do
/// <c>asOf</c>, <c>lock</c> and <c>scope</c>: they choose which of the months that a plan gives is deployed, from where and on which clouds, and
/// change none of them; nor do <c>clouds.*.clusters</c>, <c>router</c>, <c>monitoring</c>, <c>storage</c>, <c>allocation</c>, <c>budget.alerts</c>, <c>budget.halt</c>, <c>budget.servings</c> and <c>purchasing.quotaRequests</c>, which say what it runs in, how requests come to the fleet, what watches it, who hears of its cost and who
/// asks for quotas, and change nothing of it; nor do <c>losses</c>, a serving's <c>quality</c>, <c>health</c> and <c>penalty</c>, nor the ledger's <c>futureReservations</c>.
/// </summary>
internal static class PlanFingerprint
{
    private static readonly ConcurrentDictionary<Type, ImmutableArray<PropertyInfo>> Members = [];

    /// <summary>Sections that move no fleet, and places in files.</summary>
    private static readonly FrozenSet<Type> NotOfTheFleet = new[]
    {
        typeof(PlanLocation), typeof(RouterPlan), typeof(MonitoringPlan), typeof(StoragePlan), typeof(QualityCheck), typeof(MachineHealth), typeof(Allocation), typeof(Elsewhere),
        typeof(ImmutableArray<FutureRequest>), typeof(LossAssumptions), typeof(ServicePenalty), typeof(BudgetAlerts), typeof(BudgetHalt), typeof(ImmutableArray<ServingBudget>),
    }.ToFrozenSet();

    /// <summary>SHA-256 of the plan and the catalog's hash, in lower-case hexadecimal.</summary>
    public static string Of(CapacityPlan plan, string catalogHash)
    {
        var text = new StringBuilder(catalogHash).Append('\n');
        Write(text, plan with { AsOf = plan.Start, Lock = LockUse.None });
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }

    private static void Write(StringBuilder text, object? value)
    {
        switch (value)
        {
            case null:
                text.Append("null;");
                break;
            case string or bool or Enum:
                text.Append('"').Append(value).Append("\";");
                break;
            case double number:
                text.Append(number.ToString("R", CultureInfo.InvariantCulture)).Append(';');
                break;
            case IFormattable formattable when value.GetType().IsPrimitive || value is decimal or TimeSpan or TimeOnly or DateOnly:
                text.Append(formattable.ToString(null, CultureInfo.InvariantCulture)).Append(';');
                break;
            case IEnumerable items:
                text.Append('[');
                foreach (var item in items)
                {
                    Write(text, item);
                }

                text.Append(']');
                break;
            default:
                WriteMembers(text, value);
                break;
        }
    }

    /// <summary>What plans could not say when the first locks were written: one that does not say it means what it meant then, and its lock stays valid.</summary>
    private static bool IsYoung(PropertyInfo property) =>
        property.PropertyType == typeof(Incident) || property.PropertyType == typeof(Scaling) || property.PropertyType == typeof(MeasuredSpeeds) || property.PropertyType == typeof(JobQueue) || property.PropertyType == typeof(DisasterRecovery) || property.PropertyType == typeof(FineTuning)
        || (property.DeclaringType == typeof(Serving) && property.Name is nameof(Serving.MaxNodesPerReplica) or nameof(Serving.Headroom))
        || (property.DeclaringType == typeof(Scaling) && property.Name == nameof(Scaling.Standby)) || (property.DeclaringType == typeof(HeldCommitment) && property.Name == nameof(HeldCommitment.Approval));

    /// <summary>What of a type counts: no places in files, nor what moves no fleet.</summary>
    private static ImmutableArray<PropertyInfo> MembersOf(Type type) =>
    [
        .. type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(property => property.GetIndexParameters().Length == 0 && !NotOfTheFleet.Contains(property.PropertyType) && property.Name is not (nameof(CapacityPlan.Scope) or nameof(Purchasing.QuotaContact) or nameof(CloudTarget.Clusters)))
            .OrderBy(property => property.Name, StringComparer.Ordinal),
    ];

    private static void WriteMembers(StringBuilder text, object value)
    {
        text.Append(value.GetType().Name).Append('{');
        foreach (var property in Members.GetOrAdd(value.GetType(), MembersOf))
        {
            var member = property.GetValue(value);
            if (member is null && IsYoung(property))
            {
                continue;
            }

            text.Append(property.Name).Append('=');
            Write(text, member);
        }

        text.Append('}');
    }
}
