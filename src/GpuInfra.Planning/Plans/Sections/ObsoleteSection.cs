using System.Collections.Immutable;
using System.Text.Json.Nodes;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Plans.Reading;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Plans.Sections;

/// <summary>An item of <c>obsolete</c>.</summary>
internal static class ObsoleteSection
{
    /// <summary>A GPU by its id or an alias in the catalog.</summary>
    public static readonly PlanValue<string> CatalogGpu = new ScalarValue<string>(
        "a GPU of the catalog",
        (node, reading) => reading.Catalog.FindGpu(node.Text) is { } gpu ? gpu.Id : Parsed<string>.Refused(UnknownName.Gpu(node.Text, reading.Catalog)),
        () => new JsonObject { ["type"] = "string" });

    private static readonly Key<string> Gpu = Key.Required(
        "gpu",
        CatalogGpu,
        "The GPU, by its id in the catalog, as t4.");

    private static readonly Key<Month> From = Key.Required("from", Moments.Month, "The first month without it, as 2027-06.");

    public static readonly PlanValue<ImmutableArray<Obsolescence>> Value = new ListValue<Obsolescence>(
        new Section<Obsolescence>([Gpu, From], fields => new Obsolescence(fields.Get(Gpu), fields.Get(From))), mayBeEmpty: true);

    /// <summary>Ordered by GPU.</summary>
    public static ImmutableArray<Obsolescence> Ordered(ImmutableArray<Obsolescence> obsolete) =>
        [.. obsolete.OrderBy(item => item.Gpu, StringComparer.Ordinal)];

    /// <summary>Refuses a GPU that is named twice.</summary>
    public static void CheckTwice(Fields plan)
    {
        foreach (var twice in plan.Get(PlanSection.Obsolete).Where(item => item.Gpu is not null).CountBy(item => item.Gpu).Where(pair => pair.Value > 1))
        {
            plan.Refuse(PlanSection.Obsolete, $"{twice.Key} is named twice");
        }
    }
}
