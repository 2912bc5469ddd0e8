using System.Collections.Immutable;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Replays;

/// <summary>What may be lost.</summary>
public enum LossKind
{
    /// <summary>A zone of a region.</summary>
    Zone,

    /// <summary>A region.</summary>
    Region,

    /// <summary>A cloud.</summary>
    Cloud,

    /// <summary>All machines on spot, after the clouds' notice.</summary>
    Spot,

    /// <summary>What a reserved pool holds.</summary>
    Reservation,
}

/// <summary>Something is lost at a time, and comes back after another or not within the replay.</summary>
/// <param name="Kind">What is lost.</param>
/// <param name="Target">Its name: a zone, a region, a cloud or a pool; empty for spot.</param>
/// <param name="At">When, from the replay's start.</param>
/// <param name="Lasts">How long it stays lost; null to the replay's end.</param>
public sealed record Loss(LossKind Kind, string Target, TimeSpan At, TimeSpan? Lasts)
{
    /// <summary>How losses are written.</summary>
    public const string Forms = "zone:NAME, region:NAME, cloud:NAME, spot or reservation:POOL, then @WHEN, as zone:us-east-1a@10m; +HOWLONG brings it back, as @10m+30m";

    /// <summary>Reads a loss, as <c>zone:us-east-1a@10m+30m</c>; null when it is none.</summary>
    public static Loss? Read(string text)
    {
        var (what, when) = Cut(text, '@');
        var (kind, target) = Cut(what, ':');
        var (at, lasts) = Cut(when ?? "", '+');
        if (!Enum.TryParse<LossKind>(kind, ignoreCase: true, out var lost) || !char.IsAsciiLetter(kind[0])
            || (lost == LossKind.Spot) != (target is null) || target == "" || Time(at) is not { } start)
        {
            return null;
        }

        return lasts is null ? new Loss(lost, target ?? "", start, null) : Time(lasts) is { } length ? new Loss(lost, target ?? "", start, length) : null;
    }

    /// <summary>The loss as people read it, as <c>zone us-east-1a</c>.</summary>
    public string Name => Kind == LossKind.Spot ? "all spot" : $"{JsonText.Word(Kind)} {Target}";

    /// <summary>True when the pool may lose machines by it.</summary>
    public bool Hits(Pool pool) => Kind switch
    {
        LossKind.Zone => pool.Zones.Any(zone => zone.Zone == Target),
        LossKind.Region => pool.Region == Target,
        LossKind.Cloud => JsonText.Word(pool.Cloud) == Target,
        LossKind.Spot => pool.Tier == Tier.Spot,
        LossKind.Reservation => pool.Id == Target,
        _ => false,
    };

    /// <summary>Machines of a pool that it takes, where it may take more or fewer the most.</summary>
    internal int Takes(Pool pool) => !Hits(pool) ? 0 : Kind == LossKind.Zone ? Survivability.InstancesIn(pool, Target) : pool.Instances.Desired;

    /// <summary>The losses of places that may hit some pools: of each zone or site outside the clouds, of each region, of each cloud.</summary>
    internal static IEnumerable<Loss> OfPlaces(ImmutableArray<Pool> pools)
    {
        var inClouds = pools.Where(pool => !pool.IsExternal).ToList();
        return
        [
            .. Each(LossKind.Zone, pools.SelectMany(pool => pool.Zones).Select(zone => zone.Zone)),
            .. Each(LossKind.Region, inClouds.Select(pool => pool.Region)),
            .. Each(LossKind.Cloud, inClouds.Select(pool => JsonText.Word(pool.Cloud))),
        ];

        static IEnumerable<Loss> Each(LossKind kind, IEnumerable<string> places) => places.Distinct().Order(StringComparer.Ordinal).Select(place => Of(kind, place));
    }

    /// <summary>A loss that begins with the replay and does not end within it.</summary>
    internal static Loss Of(LossKind kind, string target) => new(kind, target, TimeSpan.Zero, null);

    private static (string Left, string? Right) Cut(string text, char at) =>
        text.IndexOf(at, StringComparison.Ordinal) is >= 0 and var place ? (text[..place], text[(place + 1)..]) : (text, null);

    private static TimeSpan? Time(string text) => HumanUnits.Duration(text) is { Problem: null } parsed && parsed.Value >= TimeSpan.Zero ? parsed.Value : null;
}
