using System.Collections.Immutable;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Catalogs;

/// <summary>The GPUs, models, offers and demand profiles that plans may name. Every row has a source and a date.</summary>
public sealed class Catalog
{
    private static readonly Lazy<Catalog> LazyEmbedded = new(CatalogReader.ReadEmbedded);

    private readonly Dictionary<string, Gpu> _gpus;
    private readonly Dictionary<string, Model> _models;
    private readonly Lazy<ImmutableArray<UnitPrice>> _unitPrices;

    internal Catalog(
        ImmutableArray<Gpu> gpus,
        ImmutableArray<Model> models,
        ImmutableArray<Offer> offers,
        ImmutableArray<DemandProfile> profiles,
        Func<ImmutableArray<UnitPrice>> unitPrices,
        string hash)
    {
        (Gpus, Models, Offers, Profiles, Hash) = (gpus, models, offers, profiles, hash);
        _unitPrices = new Lazy<ImmutableArray<UnitPrice>>(unitPrices);
        _gpus = ByName(gpus, gpu => gpu.Id, gpu => gpu.Aliases);
        _models = ByName(models, model => model.Id, model => model.Aliases);
    }

    /// <summary>The catalog that ships in this assembly.</summary>
    public static Catalog Embedded => LazyEmbedded.Value;

    /// <summary>GPUs, ordered by id.</summary>
    public ImmutableArray<Gpu> Gpus { get; }

    /// <summary>Models, ordered by id.</summary>
    public ImmutableArray<Model> Models { get; }

    /// <summary>Offers, ordered by id.</summary>
    public ImmutableArray<Offer> Offers { get; }

    /// <summary>Measured demand profiles, ordered by id.</summary>
    public ImmutableArray<DemandProfile> Profiles { get; }

    /// <summary>Prices of everything that is not a GPU machine, ordered by cloud, region and SKU; read when first asked for.</summary>
    public ImmutableArray<UnitPrice> UnitPrices => _unitPrices.Value;

    /// <summary>SHA-256 of the data, in hexadecimal.</summary>
    public string Hash { get; }

    /// <summary>The GPU of a name or alias, whatever its case; null when there is none.</summary>
    public Gpu? FindGpu(string name) => _gpus.GetValueOrDefault(name);

    /// <summary>The model of a name or alias, whatever its case; null when there is none.</summary>
    public Model? FindModel(string name) => _models.GetValueOrDefault(name);

    /// <summary>The profile of a name; null when there is none.</summary>
    public DemandProfile? FindProfile(string name) => Profiles.FirstOrDefault(profile => profile.Id == name);

    /// <summary>The price of a SKU in a region, or its global price; null when neither is known. Prices are never taken from another region.</summary>
    public UnitPrice? FindUnitPrice(CloudProvider cloud, string region, string service, string sku) =>
        UnitPrices.FirstOrDefault(price =>
            price.Cloud == cloud && price.Service == service && price.Sku == sku && (price.Region == region || price.Region == "global"));

    /// <summary>Regions of a cloud that have offers, ordered by name.</summary>
    public IEnumerable<string> Regions(CloudProvider cloud) =>
        Offers.Where(offer => offer.Cloud == cloud).Select(offer => offer.Region).Distinct().Order(StringComparer.Ordinal);

    /// <summary>
    /// Zones of a region where any GPU is listed, ordered by name. Networks are laid out over all of them, so that a changed
    /// demand never changes a network.
    /// </summary>
    public IEnumerable<string> Zones(CloudProvider cloud, string region) =>
        Offers.Where(offer => offer.Cloud == cloud && offer.Region == region)
            .SelectMany(offer => offer.Zones.Select(zone => zone.Zone))
            .Distinct()
            .Order(StringComparer.Ordinal);

    private static Dictionary<string, T> ByName<T>(ImmutableArray<T> rows, Func<T, string> id, Func<T, ImmutableArray<string>> aliases) =>
        rows.SelectMany(row => aliases(row).Prepend(id(row)).Select(name => (name, row)))
            .ToDictionary(pair => pair.name, pair => pair.row, StringComparer.OrdinalIgnoreCase);
}
