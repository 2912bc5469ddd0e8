using System.Collections.Immutable;
using GpuInfra.Planning;
using GpuInfra.Planning.Finance;
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
        foreach (var block in Apis(fleet, table))
        {
            yield return block;
        }
    }

    /// <summary>What APIs are sent beside overflow, and what it costs.</summary>
    private static IEnumerable<Block> Apis(FleetPlan fleet, RoutingTable table)
    {
        var spend = ApiSpend.Of(fleet.Plan, fleet.Plan.AsOf);
        if (!spend.IsEmpty)
        {
            yield return new Block.Heading($"APIs: {ApiSpend.Total(spend)} per month");
            yield return new Block.Grid(
                [new("Serving"), new("Use"), new("API"), new("Price of"), new("Share", true), new("Requests", true), new("Input tokens", true), new("Output tokens", true), new("$/month", true)],
                [.. spend.Select(one => ImmutableArray.Create<Cell>(
                    one.Serving, one.Use, one.Api.Name, one.Api.Price?.Id ?? Format.None, one.Share.ToString(), Format.Count((long)Math.Round(one.Tokens.Requests)),
                    Format.Count((long)Math.Round(one.Tokens.Input)), Format.Count((long)Math.Round(one.Tokens.Output)),
                    one.Monthly is { } monthly ? FormattableString.Invariant($"{monthly.Amount:N2}") : new Cell("no price", Tone.Warning)))]);
            yield return new Block.Paragraph(new Cell("Planned tokens times the share, at most: regions without a way out to an API send it nothing. Overflow is not in it; a replay tells it.", Tone.Muted));
        }

        foreach (var route in table.Routes.Where(route => route.Wish.Cascade is not null))
        {
            var answer = fleet.Servings.First(serving => serving.Serving.Name == route.Serving.Name);
            if (CascadeRules.FirstToken(answer, route.Wish.Cascade!) is { } first)
            {
                yield return new Block.Paragraph(new Cell(FormattableString.Invariant(
                    $"{route.Serving.Name} is a cascade: its first token comes after the whole small answer and the guardrail, {first.TotalSeconds:0.0} s{(route.Serving.Latency is { } promised ? FormattableString.Invariant($" of {promised.TimeToFirstToken.TotalSeconds:0.#} s promised") : "")}; where {route.Wish.Cascade!.To} is asked, after that model's own time too.")));
            }
        }
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
