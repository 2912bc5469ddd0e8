using System.Collections.Immutable;
using System.Text.Json;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Catalogs;

/// <summary>The GPUs, models, offers and demand profiles that plans may name. Every row has a source and a date.</summary>
public sealed class Catalog
{
    private static readonly Lazy<Catalog> LazyEmbedded = new(() => CatalogReader.Read(CatalogFiles.Embedded));

    private readonly Dictionary<string, Gpu> _gpus;
    private readonly Dictionary<string, Model> _models;
    private readonly OfferBook _offers;
    private readonly PriceList _prices;
    private readonly Lazy<ImmutableArray<StartFact>> _starts;

    internal Catalog(
        ImmutableArray<Gpu> gpus,
        ImmutableArray<Model> models,
        OfferBook offers,
        ImmutableArray<DemandProfile> profiles,
        PriceList prices,
        Lazy<ImmutableArray<StartFact>> starts,
        string hash)
    {
        (Gpus, Models, Profiles, Hash) = (gpus, models, profiles, hash);
        (_offers, _prices, _starts) = (offers, prices, starts);
        _gpus = ByName(gpus, gpu => gpu.Id, gpu => gpu.Aliases, Hyphenated);
        _models = ByName(models, model => model.Id, model => model.Aliases, Squeezed);
    }

    /// <summary>The catalog that ships in this assembly.</summary>
    public static Catalog Embedded => LazyEmbedded.Value;

    /// <summary>
    /// The catalog of another revision, from the bytes of its files by name, as <c>offers/aws-us-east-1.json</c>; null when this version cannot
    /// read them. A file that the revision did not have yet is this version's.
    /// </summary>
    public static Catalog? TryRead(IReadOnlyDictionary<string, byte[]> files)
    {
        try
        {
            var catalog = CatalogReader.Read(CatalogFiles.Embedded.Replaced(files));
            _ = (catalog.Offers, catalog.UnitPrices, catalog.CommitmentDiscounts, catalog.StartFacts);
            return catalog;
        }
        catch (Exception exception) when (exception is InvalidDataException or JsonException or ArgumentException)
        {
            return null;
        }
    }

    /// <summary>This catalog with offers changed, or left out where that gives null; prices and figures stay, and so does the hash.</summary>
    internal Catalog Restricted(Func<Offer, Offer?> change) => new(
        Gpus,
        Models,
        new OfferBook(
            () => Machines,
            Enum.GetValues<CloudProvider>().SelectMany(cloud => Regions(cloud).Select(region => (cloud, region))),
            (cloud, region) => OffersIn(cloud, region).Select(change).OfType<Offer>()),
        Profiles,
        _prices,
        _starts,
        Hash);

    /// <summary>This catalog's offers and prices with another one's figures of GPUs and models.</summary>
    internal Catalog WithFiguresOf(Catalog other) => Hash == other.Hash
        ? this
        : new(other.Gpus, other.Models, _offers, other.Profiles, _prices, other._starts, $"{Hash}+{other.Hash}");

    /// <summary>GPUs, ordered by id.</summary>
    public ImmutableArray<Gpu> Gpus { get; }

    /// <summary>Models, ordered by id.</summary>
    public ImmutableArray<Model> Models { get; }

    /// <summary>Offers of all regions, ordered by id. Reads every region's file: ask <see cref="OffersIn"/> where the region is known.</summary>
    public ImmutableArray<Offer> Offers => _offers.All;

    /// <summary>Instance types, ordered by cloud and name, whether or not a price of them is known; read when first asked for.</summary>
    public ImmutableArray<Machine> Machines => _offers.Machines;

    /// <summary>Measured demand profiles, ordered by id.</summary>
    public ImmutableArray<DemandProfile> Profiles { get; }

    /// <summary>Prices of everything that is not a GPU machine, ordered by cloud, region and SKU; read when first asked for.</summary>
    public ImmutableArray<UnitPrice> UnitPrices => _prices.Units;

    /// <summary>Machines without accelerators, ordered by cloud, region and type; read when first asked for.</summary>
    public ImmutableArray<CpuOffer> CpuOffers => _prices.Cpus;

    /// <summary>What commitments take off, as published; information, until a commitment is held.</summary>
    public ImmutableArray<CommitmentDiscount> CommitmentDiscounts => _prices.Commitments;

    /// <summary>How long machines and replicas take to start, in the order of the file; read when first asked for.</summary>
    public ImmutableArray<StartFact> StartFacts => _starts.Value;

    /// <summary>SHA-256 of the data, in hexadecimal.</summary>
    public string Hash { get; }

    /// <summary>The GPU of a name or alias, whatever its case, spaces for hyphens; null when there is none.</summary>
    public Gpu? FindGpu(string name) => _gpus.GetValueOrDefault(Hyphenated(name));

    /// <summary>The GPU of a name and its memory in GB, which tells variants apart: A100 with 40 or 80, GH200 with 96 or 144. Null when there is none.</summary>
    /// <param name="name">An id or alias, or one without its memory.</param>
    /// <param name="memoryGb">As people round it; null when not known.</param>
    public Gpu? FindGpu(string name, double? memoryGb) => memoryGb is not { } stated
        ? FindGpu(name)
        : new[] { FindGpu(name), FindGpu(FormattableString.Invariant($"{name}-{stated}gb")) }.FirstOrDefault(gpu => gpu?.HasAbout(stated) == true);

    /// <summary>The model of a name or alias, whatever its case, blanks and punctuation; null when there is none.</summary>
    public Model? FindModel(string name) => _models.GetValueOrDefault(Squeezed(name));

    /// <summary>The profile of a name; null when there is none.</summary>
    public DemandProfile? FindProfile(string name) => Profiles.FirstOrDefault(profile => profile.Id == name);

    /// <summary>The price of a SKU in a region, or its global price; null when neither is known. Prices are never taken from another region.</summary>
    public UnitPrice? FindUnitPrice(CloudProvider cloud, string region, string service, string sku) =>
        UnitPrices.FirstOrDefault(price =>
            price.Cloud == cloud && price.Service == service && price.Sku == sku && (price.Region == region || price.Region == "global"));

    /// <summary>How long a stage of a start takes on a cloud.</summary>
    public StartFact StartFact(CloudProvider cloud, StartStage stage) =>
        StartFacts.First(fact => fact.Stage == stage && (fact.Cloud is null || fact.Cloud == cloud));

    /// <summary>The machine of a cloud; null when the catalog lacks it.</summary>
    public Machine? FindMachine(CloudProvider cloud, string instanceType) =>
        Machines.FirstOrDefault(machine => machine.Cloud == cloud && machine.InstanceType == instanceType);

    /// <summary>The published discount of a term for an offer's type, else for its family; null when none was found.</summary>
    public CommitmentDiscount? FindCommitmentDiscount(Offer offer, CommitmentTerm term)
    {
        var discounts = CommitmentDiscounts.Where(discount => discount.Term == term).ToList();
        return discounts.Find(discount => discount.IsExactlyFor(offer.Machine)) ?? discounts.Find(discount => discount.IsForFamilyOf(offer.Machine));
    }

    /// <summary>Regions of a cloud that have offers, ordered by name.</summary>
    public IEnumerable<string> Regions(CloudProvider cloud) => _offers.Regions(cloud);

    /// <summary>The offers of a region, ordered by id; none for a region that the catalog lacks.</summary>
    public ImmutableArray<Offer> OffersIn(CloudProvider cloud, string region) => _offers.In(cloud, region);

    /// <summary>
    /// Zones of a region where any GPU is listed, ordered by name. Networks are laid out over all of them, so that a changed
    /// demand never changes a network.
    /// </summary>
    public IEnumerable<string> Zones(CloudProvider cloud, string region) =>
        OffersIn(cloud, region)
            .SelectMany(offer => offer.Zones.Select(zone => zone.Zone))
            .Distinct()
            .Order(StringComparer.Ordinal);

    private static Dictionary<string, T> ByName<T>(
        ImmutableArray<T> rows, Func<T, string> id, Func<T, ImmutableArray<string>> aliases, Func<string, string> form) =>
        rows.SelectMany(row => aliases(row).Prepend(id(row)).Select(name => (name: form(name), row)))
            .ToDictionary(pair => pair.name, pair => pair.row, StringComparer.OrdinalIgnoreCase);

    private static string Hyphenated(string name) => name.Replace(' ', '-');

    /// <summary>What publishers, engines and tables write differently is left out: <c>Llama 3.1-8B</c> is <c>llama-3.1-8b</c>.</summary>
    private static string Squeezed(string name) => string.Concat(name.Where(char.IsAsciiLetterOrDigit));
}
