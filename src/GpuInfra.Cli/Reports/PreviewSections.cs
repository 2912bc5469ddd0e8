using System.Collections.Immutable;
using GpuInfra.Offline;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Units;
using Pulumi.Offline;

namespace GpuInfra.Cli.Reports;

/// <summary>The parts of a preview that the terminal and the pull-request comment share.</summary>
internal static class PreviewSections
{
    private const int LongestOutput = 100;
    private const int LargestMap = 12;

    /// <summary>The whole preview in a few lines.</summary>
    public static IEnumerable<Block> Verdict(PreviewRecord preview)
    {
        var fleet = preview.Fleet;
        var (instances, gpus) = FleetTables.Machines(fleet.Pools);
        yield return new Block.Paragraph(
            $"{preview.Stack}, {fleet.Plan.AsOf}: would create {Format.Count(preview.Managed.Count(), "resource")} "
            + $"on {FleetTables.Clouds(fleet)} for {Format.Count(instances, "instance")} with {Format.Count(gpus, "GPU")} "
            + $"in {Format.Count(fleet.Pools.Length, "pool")}.");
        yield return new Block.Paragraph(
            $"{CostTables.Sentence(preview.Costs)}; "
            + $"least headroom {fleet.Headroom} above the planned peak; plan {fleet.PlanHash[..12]}.");
        yield return new Block.Paragraph(PolicySection.Verdict(preview));
    }

    /// <summary>What to weigh before agreeing: what cannot be undone, what is paid for anyway, what nobody has checked.</summary>
    public static Block.Items Risks(PreviewRecord preview)
    {
        var fleet = preview.Fleet;
        var reserved = fleet.Pools.Where(pool => pool.Tier == Tier.Reserved).ToList();
        var risks = ImmutableArray.CreateBuilder<Cell>();
        risks.AddRange(preview.Warnings.Select(text => new Cell(text, Tone.Warning)));
        if (reserved.Count > 0)
        {
            var monthly = reserved.Aggregate(default(Usd), (sum, pool) => sum + pool.Monthly);
            var instances = Format.Count(reserved.Sum(pool => pool.Instances.Desired), "instance");
            risks.Add(new Cell(
                $"{Format.Dollars(monthly)} a month is reserved: {instances} in {Format.Count(reserved.Count, "pool")}",
                Tone.Warning));
        }

        Add(preview.Managed.Where(resource => resource.Options.Protect), "protected, so deleting or replacing them is refused");
        Add(
            preview.Managed.Where(resource => resource.Options.RetainOnDelete),
            "kept in the cloud, and billed, when they leave the stack");
        risks.Add(new Cell(
            $"prices are list prices, the oldest of {Format.Date(preview.Costs.Oldest ?? fleet.PriceBook.AsOf)}; "
            + "quotas and capacity are not known offline, and a listed zone is no capacity",
            Tone.Muted));
        return new Block.Items(risks.ToImmutable());

        void Add(IEnumerable<ResourceRecord> resources, string what)
        {
            var kinds = resources.GroupBy(resource => ResourceTree.Short(resource.Type))
                .OrderBy(kind => kind.Key, StringComparer.Ordinal)
                .Select(kind => $"{Format.Count(kind.Count())} × {kind.Key}").ToList();
            if (kinds.Count > 0)
            {
                risks.Add($"{what}: {string.Join(", ", kinds)}");
            }
        }
    }

    /// <summary>The stack's outputs; a small map by its members.</summary>
    public static Block.Grid Outputs(PreviewRecord preview) => new(
        [new("Output"), new("Value")],
        [.. preview.Preview.Outputs.Members.SelectMany(output => Rows(output.Key, output.Value))]);

    private static IEnumerable<ImmutableArray<Cell>> Rows(string name, PropertyValue value)
    {
        if (value is not PropertyValue.Map map)
        {
            return [[name, Shown(value)]];
        }

        var rows = map.Members.SelectMany(member => Rows($"{name}.{member.Key}", member.Value)).ToList();
        return rows.Count <= LargestMap ? rows : [[name, $"{Format.Count(map.Members.Count, "member")}, in the record"]];
    }

    private static string Shown(PropertyValue value)
    {
        var text = value switch
        {
            PropertyValue.Unknown => "known after the deployment",
            PropertyValue.Secret => "secret",
            PropertyValue.Text { Value: var plain } => plain,
            _ => RecordJson.ToText(value),
        };
        return text.Length <= LongestOutput ? text : $"{text[..LongestOutput]}…";
    }
}
