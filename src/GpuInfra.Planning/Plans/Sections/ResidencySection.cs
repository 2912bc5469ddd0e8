using System.Collections.Immutable;
using System.Text.Json.Nodes;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Plans.Reading;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Plans.Sections;

/// <summary>What <c>residency</c> holds.</summary>
internal sealed record ResidencyDraft(Residency Residency, Fields Fields);

/// <summary><c>residency</c>, of the plan and of a serving.</summary>
internal static class ResidencySection
{
    private static readonly PlanValue<string> Pattern = new ScalarValue<string>(
        "a region, or the beginning of regions with a *, as eu-*",
        (node, reading) =>
        {
            var regions = Enum.GetValues<CloudProvider>().SelectMany(reading.Catalog.Regions).ToList();
            return regions.Any(region => Residency.Matches(node.Text, region))
                ? node.Text
                : Parsed<string>.Refused($"{HumanUnits.Quote(node.Text)} is no region of the catalog{Suggestion.DidYouMean(node.Text, regions)}");
        },
        () => new JsonObject { ["type"] = "string", ["pattern"] = "^[a-z0-9-]*[*]?$" });

    private static readonly Key<ImmutableArray<string>> Allow = Key.RequiredList(
        "allow", new ListValue<string>(Pattern), "Regions where data may be processed and kept, as [eu-*, europe-*].");

    public static readonly PlanValue<ResidencyDraft> Value = new Section<ResidencyDraft>(
        [Allow], fields => new ResidencyDraft(new Residency([.. fields.Get(Allow).Order(StringComparer.Ordinal)]), fields));

    /// <summary>Notes clouds that have a share of every serving and no region that the residency allows, and regions that data would be copied to against it.</summary>
    public static void Check(ResidencyDraft? draft, ImmutableArray<CloudTarget> clouds)
    {
        if (draft is null || !draft.Fields.IsSound(Allow))
        {
            return;
        }

        foreach (var cloud in clouds.Where(cloud => !cloud.Regions.IsEmpty && !cloud.Regions.Any(draft.Residency.Allows)))
        {
            draft.Fields.Refuse(
                Allow,
                $"allows no region that the plan has on {JsonText.Word(cloud.Cloud)} ({string.Join(", ", cloud.Regions)}): "
                + "add an allowed region to that cloud, or leave the cloud out");
        }

        foreach (var cloud in clouds.Where(cloud => cloud.Recovery is { } recovery && cloud.Regions.Any(draft.Residency.Allows) && !draft.Residency.Allows(recovery.Region)))
        {
            draft.Fields.Refuse(
                Allow, $"does not allow {cloud.Recovery!.Region}, which dr copies data of {JsonText.Word(cloud.Cloud)} to: allow it, or name an allowed region there");
        }
    }
}
