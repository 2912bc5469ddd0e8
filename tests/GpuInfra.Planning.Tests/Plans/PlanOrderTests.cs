using FsCheck;
using FsCheck.Fluent;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Plans.Reading;
using GpuInfra.Planning.Plans.Sections;

namespace GpuInfra.Planning.Tests.Plans;

public class PlanOrderTests
{
    private static readonly string Whole = PlanYaml.Plus("""
        growth: { points: { 2026-12: 1, 2027-03: 1.2, 2027-06: 1.8 } }
        purchasing: { reserve: { upTo: p50 }, spot: { for: [embedding, batch, experimentation], fallback: onDemand } }
        budget: { monthly: $150k, alertAt: [50%, 80%, 100%] }
        tags: { required: [owner, app], extra: { app: chat, tenant: x } }
        """).Replace("support: {", "search: { owner: b@example.com, costCenter: c }, support: {", StringComparison.Ordinal);

    [Fact]
    public void The_order_of_keys_and_items_does_not_change_the_plan()
    {
        var meaning = PlanYaml.Meaning(PlanYaml.Read(Whole));

        Prop.ForAll(
            ArbMap.Default.ArbFor<int>(),
            seed => PlanYaml.Meaning(Build(Shuffle(Tree(Whole), new Random(seed)))) == meaning)
            .QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData("share: 70%", "share: 70.0 %")]
    [InlineData("6B", "6000M")]
    [InlineData("timeToFirstToken: 2s", "timeToFirstToken: 2000ms")]
    [InlineData("model: llama-3.1-8b", "model: Llama-3.1-8B-Instruct")]
    [InlineData("maxContextTokens: 16384", "# a comment\n    maxContextTokens: \"16384\"")]
    [InlineData("scale: 4", "scale: 4.0")]
    public void Comments_and_other_spellings_do_not_change_the_plan(string part, string other) => Assert.Equal(
        PlanYaml.Meaning(PlanYaml.Read(PlanYaml.Small)),
        PlanYaml.Meaning(PlanYaml.Read(PlanYaml.With(part, other))));

    [Fact]
    public void Another_figure_changes_the_plan() => Assert.NotEqual(
        PlanYaml.Meaning(PlanYaml.Read(PlanYaml.Small)),
        PlanYaml.Meaning(PlanYaml.Read(PlanYaml.With("scale: 4", "scale: 5"))));

    private static MapNode Tree(string yaml) => YamlTree.Read(yaml, PlanYaml.File, new PlanReading(Catalog.Embedded))!;

    private static CapacityPlan Build(PlanNode root)
    {
        var reading = new PlanReading(Catalog.Embedded);
        PlanSection.Value.TryRead(new Cursor(root, "", reading), out var plan);
        reading.ThrowIfRefused();
        return plan;
    }

    private static PlanNode Shuffle(PlanNode node, Random random)
    {
        switch (node)
        {
            case MapNode map:
                var entries = map.Entries.Select(entry => entry with { Value = Shuffle(entry.Value, random) }).ToArray();
                random.Shuffle(entries);
                return map with { Entries = [.. entries] };
            case ListNode list:
                var items = list.Items.Select(item => Shuffle(item, random)).ToArray();
                random.Shuffle(items);
                return list with { Items = [.. items] };
            default:
                return node;
        }
    }
}
