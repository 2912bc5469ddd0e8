using System.Collections.Immutable;

namespace GpuInfra.Planning.Catalogs;

/// <summary>
/// All offers, a file for each region. A plan uses few of some fifty regions, so a region's file is parsed when it is first asked for.
/// </summary>
internal sealed class OfferBook
{
    private readonly Dictionary<(CloudProvider Cloud, string Region), Lazy<ImmutableArray<Offer>>> _regions;
    private readonly Lazy<ImmutableArray<Offer>> _all;
    private readonly Lazy<ImmutableArray<Machine>> _machines;

    /// <summary>A book of some regions, each read by <paramref name="read"/> when it is first asked for.</summary>
    public OfferBook(
        Func<ImmutableArray<Machine>> machines,
        IEnumerable<(CloudProvider Cloud, string Region)> regions,
        Func<CloudProvider, string, IEnumerable<Offer>> read)
    {
        _machines = new Lazy<ImmutableArray<Machine>>(machines);
        _regions = regions.ToDictionary(
            place => place,
            place => new Lazy<ImmutableArray<Offer>>(() => [.. read(place.Cloud, place.Region).OrderBy(offer => offer.Id, StringComparer.Ordinal)]));
        _all = new Lazy<ImmutableArray<Offer>>(() =>
            [.. _regions.Values.SelectMany(region => region.Value).OrderBy(offer => offer.Id, StringComparer.Ordinal)]);
    }

    /// <summary>The offers of all regions, ordered by id; reads every region's file.</summary>
    public ImmutableArray<Offer> All => _all.Value;

    /// <summary>Instance types, ordered by cloud and name; some are sold in no region that is known.</summary>
    public ImmutableArray<Machine> Machines => _machines.Value;

    /// <summary>The regions of a cloud, ordered by name.</summary>
    public IEnumerable<string> Regions(CloudProvider cloud) =>
        _regions.Keys.Where(place => place.Cloud == cloud).Select(place => place.Region).Order(StringComparer.Ordinal);

    /// <summary>The offers of a region, ordered by id; none where the region has none.</summary>
    public ImmutableArray<Offer> In(CloudProvider cloud, string region) =>
        _regions.TryGetValue((cloud, region), out var offers) ? offers.Value : [];
}
