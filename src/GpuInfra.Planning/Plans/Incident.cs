using System.Collections.Immutable;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Plans;

/// <summary>
/// Places that are lost for a while. The deployed month is planned again on what remains; nothing that runs is lowered, moved, renewed or
/// stopped until this is taken out of the plan.
/// </summary>
/// <param name="Lost">What is lost, ordered; at least one place.</param>
/// <param name="Until">The last day that it holds for.</param>
/// <param name="Reason">Why, in a few words.</param>
public sealed record Incident(ImmutableArray<LostPlace> Lost, DateOnly Until, string Reason)
{
    /// <summary>True for a cloud's zone that is lost, by itself or with its region or cloud.</summary>
    public bool Loses(CloudProvider cloud, string region, string zone) =>
        LosesRegion(cloud, region) || Lost.Contains(new LostPlace(LostKind.Zone, zone));

    /// <summary>True for a region that is lost, by itself or with its cloud.</summary>
    public bool LosesRegion(CloudProvider cloud, string region) =>
        LosesCloud(cloud) || Lost.Contains(new LostPlace(LostKind.Region, region));

    /// <summary>True for a cloud that is lost as a whole.</summary>
    public bool LosesCloud(CloudProvider cloud) => Lost.Contains(new LostPlace(LostKind.Cloud, JsonText.Word(cloud)));

    /// <summary>The incident as people are told about it.</summary>
    public override string ToString() => FormattableString.Invariant($"incident until {Until:yyyy-MM-dd} ({Reason}): {string.Join(", ", Lost)} lost");

    /// <summary>Refuses to plan for an incident that is over: whoever goes on says until when.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="today">The current date, which is an argument everywhere.</param>
    /// <exception cref="PlanException">The plan's incident ended before the day.</exception>
    public static void Require(CapacityPlan plan, DateOnly today)
    {
        if (plan.Incident is { } incident && incident.Until < today)
        {
            throw new PlanException([new PlanProblem("plan", 0, 0, "incident.until", FormattableString.Invariant(
                $"was {incident.Until:yyyy-MM-dd}, before {today:yyyy-MM-dd}: take the incident out of the plan, or say until when it lasts"))]);
        }
    }
}

/// <summary>A place that is lost.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Name">Its name: <c>use1-az4</c>, <c>us-east-1</c>, <c>aws</c>.</param>
public sealed record LostPlace(LostKind Kind, string Name)
{
    /// <summary>The place as plans write it, as <c>zone:use1-az4</c>.</summary>
    public override string ToString() => $"{JsonText.Word(Kind)}:{Name}";
}

/// <summary>What kind of place is lost, the smallest first.</summary>
public enum LostKind
{
    /// <summary>A zone.</summary>
    Zone,

    /// <summary>A region with all its zones.</summary>
    Region,

    /// <summary>A cloud with all its regions.</summary>
    Cloud,
}
