using System.Collections.Immutable;
using GpuInfra.Planning;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Routes;

namespace GpuInfra.Cli.Reports;

/// <summary>Where requests go, and whether the others carry what a lost backend leaves.</summary>
internal static class RouteTables
{
    public static IEnumerable<Block> Of(FleetPlan fleet)
    {
        var table = RoutingTable.Of(fleet);
        if (table.Routes.IsEmpty)
        {
            yield break;
        }

        yield return new Block.Heading("Routes");
        yield return new Block.Grid(
            [
                new("Serving"), new("Strategy"), new("Backend"), new("Weight", true), new("Rank", true), new("Req/s", true),
                new("Lost: left of peak", true), new("Of P95", true), new("Asked", true), new("Verdict"),
            ],
            [.. table.Routes.SelectMany(route => route.Backends.Select(backend => Row(route, backend)))]);
        yield return new Block.Paragraph(new Cell(
            "Weight: planned capacity, or shares by hand. Rank: lower ones are filled first. Left: what the other backends serve when this one is lost; "
            + "absorbed is all of the peak, shed less than that and no less than asked (router.absorb, by default what survives the loss of a cloud).",
            Tone.Muted));
    }

    private static ImmutableArray<Cell> Row(Route route, Backend backend)
    {
        var loss = route.Losses.FirstOrDefault(loss => loss.Lost == backend.Name);
        return
        [
            route.Serving.Name,
            JsonText.Word(route.Strategy),
            backend.Name,
            backend.Weight == default ? Format.None : backend.Weight.ToString(),
            Format.Count(backend.Rank),
            Format.Number(backend.RequestsPerSecond),
            loss is null ? Format.None : loss.OfPeak.ToString(),
            loss is null ? Format.None : loss.OfP95.ToString(),
            loss is null || loss.Asked == default ? Format.None : loss.Asked.ToString(),
            loss switch
            {
                null => "draining",
                { IsAbsorbed: true } => "absorbed",
                { Asked: var asked } when asked == default => new Cell("shed, nothing asked", Tone.Muted),
                { Holds: true } => "shed",
                _ => new Cell("too little left", Tone.Bad),
            },
        ];
    }
}
