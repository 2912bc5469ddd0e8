using System.Collections.Immutable;
using GpuInfra.Planning.Plans.Reading;

namespace GpuInfra.Planning.Plans.Sections;

/// <summary>An item of <c>draining</c>. Whether there can be such a pool is judged by planning, which knows the offers.</summary>
internal static class DrainingSection
{
    private const int LongestId = 120;

    private static readonly Key<string> Pool = Key.Required(
        "pool", Names.Name(LongestId), "The pool, by its id: serving-cloud-region-tier-gpu.");

    private static readonly Key<string> InstanceType = Key.Required(
        "instanceType", Names.InstanceType, "The instance type it runs on.");

    private static readonly Key<int> Instances = Key.Required(
        "instances", Quantities.WholeNumber(1, 10_000), "Machines that it keeps until it is taken out of this list.");

    public static readonly PlanValue<ImmutableArray<DrainingPool>> Value = new ListValue<DrainingPool>(
        new Section<DrainingPool>(
            [Pool, InstanceType, Instances],
            fields => new DrainingPool(fields.Get(Pool), fields.Get(InstanceType), fields.Get(Instances)) { Location = fields.At.Location }),
        mayBeEmpty: true);

    /// <summary>Ordered by pool.</summary>
    public static ImmutableArray<DrainingPool> Ordered(ImmutableArray<DrainingPool> draining) =>
        [.. draining.OrderBy(pool => pool.Pool, StringComparer.Ordinal)];

    /// <summary>Refuses a pool that is named twice.</summary>
    public static void CheckTwice(Fields plan)
    {
        foreach (var twice in plan.Get(PlanSection.Draining).CountBy(pool => pool.Pool).Where(pair => pair.Value > 1))
        {
            plan.Refuse(PlanSection.Draining, $"{twice.Key} is named twice");
        }
    }
}
