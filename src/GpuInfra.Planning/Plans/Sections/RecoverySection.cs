using System.Collections.Immutable;
using System.Text.Json.Nodes;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Plans.Reading;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Plans.Sections;

/// <summary>What an item of <c>dr</c> holds.</summary>
internal sealed record RecoveryDraft(DisasterRecovery Recovery, Fields Fields);

/// <summary><c>dr</c>: a region that stands by, or a list of them, one for each cloud. A region's name says its cloud.</summary>
internal static class RecoverySection
{
    private static readonly Key<string> Region = Key.Required(
        "region",
        new ScalarValue<string>(
            "a region of the catalog",
            (node, reading) => CloudOf(node.Text, reading.Catalog) is not null ? node.Text : Parsed<string>.Refused(UnknownName.Of("region", node.Text, Known(reading.Catalog), [])),
            () => new JsonObject { ["type"] = "string", ["enum"] = new JsonArray([.. Known(Catalog.Embedded).Select(region => (JsonNode)region)]) }),
        "The region that stands by: data is copied to it, and machines are planned in it when a region of its cloud is lost. None of the cloud's own.");

    private static readonly Key<TimeSpan> Rto = Key.Required(
        "rto", Quantities.Duration("10m", "168h"), "From the loss of a region to serving again, at most, as 4h: a plan that cannot be up by then is refused.");

    private static readonly Key<TimeSpan> Rpo = Key.Required(
        "rpo", Quantities.Duration("1m", "168h"), "How much of what was written last may be lost with a region, at most, as 1h: 15m or more on AWS, 2h or more on Google Cloud.");

    private static readonly Key<TimeSpan> React = Key.Optional(
        "react", Quantities.Duration("1m", "24h"), "From the loss until machines are asked for: people notice, change the plan, review and deploy. Measure it in a drill.", TimeSpan.FromMinutes(30));

    private static readonly Section<RecoveryDraft> One = new(
        [Region, Rto, Rpo, React], fields => new RecoveryDraft(new DisasterRecovery(fields.Get(Region), fields.Get(Rto), fields.Get(Rpo), fields.Get(React)), fields));

    public static readonly PlanValue<ImmutableArray<RecoveryDraft>> Value = new EitherValue<ImmutableArray<RecoveryDraft>>(new ListValue<RecoveryDraft>(One), new Alone());

    /// <summary>The clouds with the region that stands by for each.</summary>
    public static ImmutableArray<CloudTarget> Applied(Fields plan) =>
    [
        .. plan.Get(PlanSection.Clouds).Select(cloud => cloud with
        {
            Recovery = plan.Get(PlanSection.Recovery).FirstOrDefault(draft => draft.Fields.IsSound(Region) && CloudOf(draft.Recovery.Region, plan.At.Reading.Catalog) == cloud.Cloud)?.Recovery,
        }),
    ];

    /// <summary>Notes what cannot be meant.</summary>
    public static void Check(Fields plan)
    {
        if (!plan.IsSound(PlanSection.Clouds))
        {
            return;
        }

        var (clouds, catalog) = (plan.Get(PlanSection.Clouds), plan.At.Reading.Catalog);
        var seen = new HashSet<CloudProvider>();
        foreach (var draft in plan.Get(PlanSection.Recovery).Where(draft => draft.Fields.IsSound(Region)))
        {
            var (recovery, of) = (draft.Recovery, CloudOf(draft.Recovery.Region, catalog)!.Value);
            if (clouds.FirstOrDefault(cloud => cloud.Cloud == of) is not { } cloud)
            {
                draft.Fields.Refuse(Region, $"{recovery.Region} is a region of {JsonText.Word(of)}, which the plan does not use");
            }
            else if (cloud.Regions.Contains(recovery.Region))
            {
                draft.Fields.Refuse(Region, $"{recovery.Region} is one of the cloud's own regions and serves already: name another one, or promise what survives (survive)");
            }

            if (!seen.Add(of))
            {
                draft.Fields.Refuse(Region, $"a second region stands by for {JsonText.Word(of)}: one is enough, and all of the cloud's regions are copied to it");
            }

            if (draft.Fields.IsSound(Rpo) && recovery.Rpo < DisasterRecovery.Least(of))
            {
                draft.Fields.Refuse(Rpo, of == CloudProvider.Aws
                    ? "S3 replicates within 15 minutes at best: write 15m or more"
                    : "Google Cloud promises no time for copies between buckets, and the job that makes them runs each hour: write 2h or more");
            }
        }
    }

    private static CloudProvider? CloudOf(string region, Catalog catalog)
    {
        foreach (var cloud in new[] { CloudProvider.Aws, CloudProvider.Gcp })
        {
            if (catalog.Regions(cloud).Contains(region))
            {
                return cloud;
            }
        }

        return null;
    }

    private static IEnumerable<string> Known(Catalog catalog) => catalog.Regions(CloudProvider.Aws).Concat(catalog.Regions(CloudProvider.Gcp));

    /// <summary>One region without a list around it.</summary>
    private sealed class Alone : PlanValue<ImmutableArray<RecoveryDraft>>
    {
        public override bool TryRead(Cursor at, out ImmutableArray<RecoveryDraft> value)
        {
            var sound = One.TryRead(at, out var one);
            value = one is null ? [] : [one];
            return sound;
        }

        public override JsonObject Schema() => One.Schema();
    }
}
