using System.Collections.Immutable;
using System.Text.Json.Nodes;
using GpuInfra.Planning.Plans.Reading;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Plans.Sections;

/// <summary>An incident as read.</summary>
internal sealed record IncidentDraft(Incident Incident, Fields Fields);

/// <summary><c>incident</c>.</summary>
internal static class IncidentSection
{
    private static readonly ScalarValue<LostPlace> Place = new(
        "a place, as zone:use1-az4, region:us-east-1 or cloud:gcp",
        (node, _) => node.Text.Split(':') is [var kind, { Length: > 0 } name] && Enum.TryParse<LostKind>(kind, ignoreCase: true, out var place)
                && JsonText.Word(place) == kind
            ? new LostPlace(place, name)
            : Parsed<LostPlace>.Refused($"{HumanUnits.Quote(node.Text)} is no place: write zone:use1-az4, region:us-east-1 or cloud:gcp"),
        () => new JsonObject { ["type"] = "string", ["pattern"] = "^(zone|region|cloud):[a-z0-9-]+$" });

    private static readonly Key<ImmutableArray<LostPlace>> Lost = Key.RequiredList(
        "lost", new ListValue<LostPlace>(Place), "What is lost, each as zone:use1-az4, region:us-east-1 or cloud:gcp.");

    private static readonly Key<DateOnly> Until = Key.Required("until", Moments.Day, "The last day that this holds for, as 2026-12-10.");

    private static readonly Key<string> Reason = Key.Required("reason", Moments.Reason, "Why; everybody who previews the stack reads it.");

    public static readonly Section<IncidentDraft> Value = new(
        [Lost, Until, Reason],
        fields => new IncidentDraft(
            new Incident(
                [.. fields.Get(Lost).Distinct().OrderBy(place => place.Kind).ThenBy(place => place.Name, StringComparer.Ordinal)],
                fields.Get(Until),
                fields.Get(Reason)),
            fields));

    /// <summary>Notes places that the plan does not use: a slip would lose nothing, and nobody would notice.</summary>
    public static void Check(Fields plan)
    {
        if (!plan.IsSound(PlanSection.Clouds) || plan.Get(PlanSection.Incident) is not { } draft || !draft.Fields.IsSound(Lost))
        {
            return;
        }

        var clouds = RecoverySection.Applied(plan);
        foreach (var place in draft.Incident.Lost)
        {
            List<string> known = place.Kind switch
            {
                LostKind.Cloud => [.. clouds.Select(cloud => JsonText.Word(cloud.Cloud))],
                LostKind.Region => [.. clouds.SelectMany(RegionsOf)],
                _ => [.. clouds.SelectMany(cloud => RegionsOf(cloud).SelectMany(region => plan.At.Reading.Catalog.Zones(cloud.Cloud, region)))],
            };
            if (!known.Contains(place.Name))
            {
                draft.Fields.Refuse(Lost, $"the plan uses no {JsonText.Word(place.Kind)} \"{place.Name}\"{Suggestion.DidYouMean(place.Name, known)}");
            }
        }

        if (clouds.All(cloud => RegionsOf(cloud).All(region => draft.Incident.LosesRegion(cloud.Cloud, region))))
        {
            draft.Fields.Refuse(Lost, "leaves nothing to plan on");
        }

        static IEnumerable<string> RegionsOf(CloudTarget cloud) => cloud.Recovery is { } recovery ? cloud.Regions.Append(recovery.Region) : cloud.Regions;
    }
}
