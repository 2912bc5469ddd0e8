using System.Collections.Immutable;
using System.Text.Json;
using GpuInfra.Planning;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Units;

namespace GpuInfra.Cli.Reports;

/// <summary>The catalog as <c>catalog --json</c> writes it; the unit stands in each member's name.</summary>
internal static class CatalogJson
{
    public static string ToJson(CatalogView view) => JsonText.Of(json =>
    {
        json.WriteStartObject();
        json.WriteString("hash", view.Hash);
        Rows(json, view, CatalogView.Kinds.Gpus, "gpus", view.Gpus, WriteGpu);
        Rows(json, view, CatalogView.Kinds.Models, "models", view.Models, WriteModel);
        Rows(json, view, CatalogView.Kinds.Offers, "offers", view.Offers, WriteOffer);
        Rows(json, view, CatalogView.Kinds.Profiles, "profiles", view.Profiles, WriteProfile);
        Rows(json, view, CatalogView.Kinds.Cpu, "cpu", view.Cpus, WriteCpu);
        Rows(json, view, CatalogView.Kinds.Commitments, "commitments", view.Commitments, WriteCommitment);
        json.WriteEndObject();
    });

    private static void Rows<T>(
        Utf8JsonWriter json,
        CatalogView view,
        CatalogView.Kinds kind,
        string name,
        ImmutableArray<T> rows,
        Action<Utf8JsonWriter, T> write)
    {
        if (!view.Shown.HasFlag(kind))
        {
            return;
        }

        json.WriteStartArray(name);
        foreach (var row in rows)
        {
            json.WriteStartObject();
            write(json, row);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteGpu(Utf8JsonWriter json, Gpu gpu)
    {
        json.WriteString("id", gpu.Id);
        json.WriteNumber("memoryBytes", gpu.Memory.TotalBytes);
        json.WriteNumber("bandwidthGbPerSecond", gpu.Bandwidth.GbPerSecond);
        json.WriteNumber("fp16Tflops", gpu.Fp16.Tera);
        json.WriteNumberOrNull("fp8Tflops", gpu.Fp8?.Tera);
        json.WriteNumberOrNull("int8Tops", gpu.Int8?.Tera);
        json.WriteNumberOrNull("fp4Tflops", gpu.Fp4?.Tera);
        json.WriteNumberOrNull("nvLinkGbPerSecond", gpu.NvLink?.GbPerSecond);
        json.WriteNumber("powerWatts", gpu.Board.PowerWatts);
        json.WriteNumber("processNm", gpu.Board.ProcessNm);
        json.WriteNumber("hostLinkGbPerSecond", gpu.Board.HostLink.GbPerSecond);
        json.WriteNumber("nvLinkGpus", gpu.Board.NvLinkGpus);
        json.WriteNumberOrNull("computeCapability", (double?)gpu.ComputeCapability);
        Words(json, "formats", gpu.Formats.Select(format => Format.Word(format)));
        json.WriteString("notChosenBecause", gpu.NotChosenBecause);
        json.WriteString("doubt", gpu.Doubt);
        Words(json, "doubtfulFormats", gpu.DoubtfulFormats.Select(format => Format.Word(format)));
        Origin(json, gpu.Source, gpu.AsOf);
    }

    private static void WriteModel(Utf8JsonWriter json, Model model)
    {
        json.WriteString("id", model.Id);
        json.WriteString("task", Format.Word(model.Task));
        json.WriteNumber("parameters", model.Parameters);
        json.WriteNumber("activeParameters", model.ActiveParameters);
        json.WriteNumber("layers", model.Layers);
        Words(json, "attention", model.Attention.Select(group => $"{group.Layers} {group.Name}"));
        json.WriteNumber("maxContextTokens", model.MaxContextTokens);
        json.WriteString("nativePrecision", Format.Word(model.NativePrecision));
        json.WriteString("doubt", model.Doubt);
        Origin(json, model.Source, model.AsOf);
    }

    private static void WriteOffer(Utf8JsonWriter json, Offer offer)
    {
        json.WriteString("id", offer.Id);
        json.WriteString("cloud", Format.Cloud(offer.Cloud));
        json.WriteString("region", offer.Region);
        json.WriteString("instanceType", offer.InstanceType);
        json.WriteString("gpu", offer.Gpu);
        json.WriteNumber("gpusPerInstance", offer.GpusPerInstance);
        json.WriteNumberOrNull("onDemandUsdPerHour", offer.OnDemand?.Amount);
        json.WriteNumberOrNull("meanSpotUsdPerHour", offer.MeanSpot?.Amount);
        WriteMachine(json, offer.Machine);
        Words(json, "modes", offer.Modes.Select(mode => Format.Word(mode)));
        json.WriteStartArray("zones");
        foreach (var zone in offer.Zones)
        {
            json.WriteStartObject();
            json.WriteString("zone", zone.Zone);
            json.WriteNumberOrNull("spotUsdPerHour", zone.Spot?.Amount);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        Words(json, "spotZones", offer.SpotZones.Select(zone => zone.Zone));
        Words(json, "localZones", offer.LocalZones);
        json.WriteStartArray("traps");
        foreach (var trap in offer.Traps)
        {
            json.WriteStartObject();
            json.WriteString("kind", Format.Word(trap.Kind));
            json.WriteString("detail", trap.Detail);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        Origin(json, offer.Source, offer.AsOf);
    }

    private static void WriteMachine(Utf8JsonWriter json, Machine machine)
    {
        json.WriteNumberOrNull("vCpus", (double?)machine.VCpus);
        json.WriteNumberOrNull("memoryBytes", (double?)machine.Memory?.TotalBytes);
        json.WriteNumber("localNvmeBytes", machine.LocalNvme.TotalBytes);
        json.WriteNumberOrNull("networkGbitPerSecond", machine.Network?.GbitPerSecond);
        json.WriteString("fabric", machine.Fabric);
        json.WriteString("interconnect", machine.Interconnect);
        json.WriteString("quotaOnDemand", machine.QuotaOnDemand);
        json.WriteString("quotaSpot", machine.QuotaSpot);
    }

    private static void WriteProfile(Utf8JsonWriter json, DemandProfile profile)
    {
        json.WriteString("id", profile.Id);
        json.WriteNumber("requests", profile.Requests);
        json.WriteNumber("requestsPerSecond", profile.RequestsPerSecond);
        json.WriteNumber("inputTokens", profile.InputTokens.Mean);
        json.WriteNumber("outputTokens", profile.OutputTokens.Mean);
        Origin(json, profile.Source, profile.AsOf);
    }

    private static void WriteCpu(Utf8JsonWriter json, CpuOffer offer)
    {
        json.WriteString("cloud", Format.Cloud(offer.Cloud));
        json.WriteString("region", offer.Region);
        json.WriteString("instanceType", offer.InstanceType);
        json.WriteNumberOrNull("vCpus", (double?)offer.VCpus);
        json.WriteNumberOrNull("memoryBytes", (double?)offer.Memory?.TotalBytes);
        json.WriteNumber("onDemandUsdPerHour", offer.OnDemand.Amount);
        json.WriteNumberOrNull("spotUsdPerHour", offer.Spot?.Amount);
        json.WriteString("grade", offer.Grade.ToString());
        Origin(json, offer.Source, offer.AsOf);
    }

    private static void WriteCommitment(Utf8JsonWriter json, CommitmentDiscount discount)
    {
        json.WriteString("cloud", Format.Cloud(discount.Cloud));
        json.WriteString("machines", discount.Machines);
        json.WriteNumber("years", discount.Term == CommitmentTerm.OneYear ? 1 : 3);
        json.WriteNumber("off", discount.Off.Fraction);
        json.WriteString("grade", discount.Grade.ToString());
        Origin(json, discount.Source, discount.AsOf);
    }

    private static void Words(Utf8JsonWriter json, string name, IEnumerable<string> words)
    {
        json.WriteStartArray(name);
        foreach (var word in words)
        {
            json.WriteStringValue(word);
        }

        json.WriteEndArray();
    }

    private static void Origin(Utf8JsonWriter json, string source, DateOnly? asOf)
    {
        json.WriteString("source", source);
        json.WriteString("asOf", asOf is { } day ? Format.Date(day) : null);
    }
}
