using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Catalogs;

/// <summary>Reads the catalog's data: JSON files with one row a line, units in the field names.</summary>
internal static class CatalogReader
{
    private const string CpuService = "cpu-instance";
    private const string SpotSuffix = "-spot";

    /// <summary>Reads the data: what every plan needs at once, offers and prices when they are first asked for.</summary>
    /// <exception cref="InvalidDataException">A row is malformed: of the embedded data, a defect of this assembly, not of the user.</exception>
    public static Catalog Read(CatalogFiles files)
    {
        var machines = new Lazy<Dictionary<(CloudProvider Cloud, string Type), Machine>>(() =>
            Rows(files["machines.json"], CatalogJson.Default.MachineRowArray, row => row.ToMachine())
                .ToDictionary(machine => (machine.Cloud, machine.InstanceType)));
        var offers = new OfferBook(
            () => [.. machines.Value.Values],
            files.Regions,
            (cloud, region) => Rows(
                files[CatalogFiles.OffersOf(cloud, region)],
                CatalogJson.Default.OfferRowArray,
                row => row.ToOffer(region, machines.Value.GetValueOrDefault((cloud, row.InstanceType))
                    ?? throw new InvalidDataException($"{cloud}/{region} sells {row.InstanceType}, which machines.json lacks."))));
        var mig = Rows(files["mig.json"], CatalogJson.Default.MigProfileArray, row => row)
            .OrderBy(row => row.Profile, StringComparer.Ordinal).ToLookup(row => row.Gpu, StringComparer.Ordinal);
        return new Catalog(
            Ordered(files["gpus.json"], CatalogJson.Default.GpuRowArray, row => row.ToGpu() with { Mig = [.. mig[row.Id]] }, gpu => gpu.Id),
            Ordered(files["models.json"], CatalogJson.Default.ModelRowArray, row => row.ToModel(), model => model.Id),
            offers,
            Ordered(files["profiles.json"], CatalogJson.Default.ProfileRowArray, row => row.ToProfile(), profile => profile.Id),
            new PriceList(
                () => UnitPrices(files),
                prices => CpuOffers(files, prices),
                () => [.. Rows(files["commitments.json"], CatalogJson.Default.CommitmentRowArray, row => row.ToDiscount())]),
            new Lazy<ImmutableArray<StartFact>>(() => [.. Rows(files["start-steps.json"], CatalogJson.Default.StartRowArray, row => row.ToFact())]),
            files.Hash());
    }

    private static ImmutableArray<UnitPrice> UnitPrices(CatalogFiles files) => Ordered(
        files["services.json"], CatalogJson.Default.UnitPriceRowArray, row => row.ToUnitPrice(), price => $"{price.Cloud}/{price.Region}/{price.Sku}");

    /// <summary>CPU machines are unit prices by the hour, whose SKU is the machine type; a spot price is a SKU of its own.</summary>
    private static ImmutableArray<CpuOffer> CpuOffers(CatalogFiles files, ImmutableArray<UnitPrice> list)
    {
        var machines = Rows(files["cpu-machines.json"], CatalogJson.Default.CpuMachineRowArray, row => row)
            .ToDictionary(row => (row.Cloud, row.InstanceType));
        var hourly = list.Where(price => price.Service == CpuService && price.Unit == "hour").ToList();
        var prices = hourly.ToDictionary(price => (price.Cloud, price.Region, price.Sku));
        return
        [
            .. hourly.Where(price => !price.Sku.EndsWith(SpotSuffix, StringComparison.Ordinal)).Select(price =>
            {
                var machine = machines.GetValueOrDefault((price.Cloud, price.Sku));
                var spot = prices.GetValueOrDefault((price.Cloud, price.Region, price.Sku + SpotSuffix));
                return new CpuOffer(
                    price.Cloud, price.Region, price.Sku, machine?.VCpus,
                    machine is null ? null : ByteSize.FromGib(machine.MemoryGib),
                    new UsdPerHour(price.Price.Amount),
                    spot is null ? null : new UsdPerHour(spot.Price.Amount),
                    price.Source, price.Grade, price.AsOf);
            }),
        ];
    }

    private static ImmutableArray<T> Ordered<TRow, T>(byte[] json, JsonTypeInfo<TRow[]> type, Func<TRow, T> convert, Func<T, string> key) =>
        [.. Rows(json, type, convert).OrderBy(key, StringComparer.Ordinal)];

    private static IEnumerable<T> Rows<TRow, T>(byte[] json, JsonTypeInfo<TRow[]> type, Func<TRow, T> convert) =>
        JsonSerializer.Deserialize(json, type)!.Select(convert);
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    AllowDuplicateProperties = false,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(GpuRow[]))]
[JsonSerializable(typeof(MigProfile[]))]
[JsonSerializable(typeof(ModelRow[]))]
[JsonSerializable(typeof(MachineRow[]))]
[JsonSerializable(typeof(OfferRow[]))]
[JsonSerializable(typeof(ProfileRow))]
[JsonSerializable(typeof(ProfileRow[]))]
[JsonSerializable(typeof(UnitPriceRow[]))]
[JsonSerializable(typeof(CommitmentRow[]))]
[JsonSerializable(typeof(CpuMachineRow[]))]
[JsonSerializable(typeof(StartRow[]))]
internal sealed partial class CatalogJson : JsonSerializerContext;
